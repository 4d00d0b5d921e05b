/** Values of a list in YAML as SQL. */
import type { Json } from '../../../project/types.js';
import { quoteText } from '../../../sql/quote.js';

/** `quote`: text is a value; else it is SQL, as in dbt. Numbers, true and false are themselves. */
export function literal(value: Json, quote: boolean): string {
  if (typeof value === 'number' || typeof value === 'boolean' || !quote) return String(value);
  return quoteText(typeof value === 'string' ? value : JSON.stringify(value));
}

/**
 * A condition: the column holds one of the values. `[1, 2]` are numbers for a column of numbers and texts for one of texts, as in
 * dbt, which writes every value as text; with `quote: false` they are SQL. NULL is no value that could be equal.
 */
export function isOneOf(column: string, values: Json | undefined, quote: Json | undefined): string {
  const list = (values as readonly Json[]).filter((value) => value !== null);
  const plain = `${column} in (${list.map((value) => literal(value, quote !== false)).join(', ')})`;
  if (quote === false || list.every((value) => typeof value === 'string')) return plain;
  const texts = list.map((value) => quoteText(String(value))).join(', ');
  return `case when typeof(${column}) = 'VARCHAR' then ${column}::varchar in (${texts}) else ${plain} end`;
}
