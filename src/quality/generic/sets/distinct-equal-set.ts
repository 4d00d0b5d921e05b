import type { GenericTest } from '../generic-test.js';
import { equalsValue, setArguments, setRows } from '../shapes/value-set.js';

/** One row per value that is only in the column, or only in the set. */
export const test: GenericTest = {
  name: 'expect_column_distinct_values_to_equal_set',
  from: 'dbt_expectations',
  meaning: 'The values that occur are those of the set, and all of them; NULL is none of it.',
  on: 'column',
  arguments: setArguments,
  sql: ({ subject, column }, { value_set, quote_values }) =>
    [
      `select found."value" as "in_column", wanted."value" as "in_set"`,
      `from (select distinct ${column} as "value" from ${subject}) as found`,
      `full join ${setRows(value_set, quote_values)} as wanted on ${equalsValue('found."value"', 'wanted."value"', value_set, quote_values)}`,
      `where found."value" is null or wanted."value" is null`,
    ].join('\n'),
};
