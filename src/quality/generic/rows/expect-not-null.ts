import { rowCondition } from '../shapes/aggregate-test.js';
import { rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_values_to_not_be_null',
  from: 'dbt_expectations',
  meaning: 'No value is NULL.',
  on: 'column',
  arguments: { row_condition: rowCondition },
  fails: ({ column }) => `${column} is null`,
  // DuckDB answers this from the statistics of a file that has no NULL.
  failing: ({ column }) => `count(*) - count(${column})`,
});
