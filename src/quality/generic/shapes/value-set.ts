/** `value_set` and `quote_values`, as dbt_expectations' tests have them. */
import type { Json } from '../../../project/types.js';
import type { Argument } from '../arguments.js';
import { rowCondition } from './aggregate-test.js';
import { literal } from './literals.js';

export const setArguments: Readonly<Record<'value_set' | 'quote_values' | 'row_condition', Argument>> = {
  value_set: { kind: 'values', required: true, meaning: 'The values.' },
  quote_values: { kind: 'flag', meaning: 'false: the values are SQL rather than text.' },
  row_condition: rowCondition,
};

/** A condition: the column's value is one of `setRows`; numbers of the set are texts for a column of texts, as `isOneOf` has them. */
export function equalsValue(
  column: string,
  value: string,
  values: Json | undefined,
  quote: Json | undefined,
): string {
  const plain = `${column} = ${value}`;
  if (quote === false || (values as readonly Json[]).every((one) => typeof one === 'string')) return plain;
  return `case when typeof(${column}) = 'VARCHAR' then ${column}::varchar = ${value}::varchar else ${plain} end`;
}

/** The set as rows of one column `value`; a subquery to stand after FROM. */
export function setRows(values: Json | undefined, quote: Json | undefined): string {
  const rows = (values as readonly Json[]).map((value) => `(${literal(value, quote !== false)})`);
  return `(select distinct "value" from (values ${rows.join(', ')}) as given("value"))`;
}
