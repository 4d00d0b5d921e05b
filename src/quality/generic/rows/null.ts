import { rowCondition } from '../shapes/aggregate-test.js';
import { rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_values_to_be_null',
  from: 'dbt_expectations',
  meaning: 'Every value is NULL.',
  on: 'column',
  arguments: { row_condition: rowCondition },
  fails: ({ column }) => `${column} is not null`,
  failing: ({ column }) => `count(${column})`,
});
