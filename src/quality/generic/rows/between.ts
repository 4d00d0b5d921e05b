import { rowCondition } from '../shapes/aggregate-test.js';
import { between, boundArguments, needsBound } from '../shapes/bounds.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_values_to_be_between',
  from: 'dbt_expectations',
  meaning: 'Every value lies between min_value and max_value; NULL is passed over.',
  on: 'column',
  arguments: { ...boundArguments, row_condition: rowCondition },
  check: needsBound,
  fails: ({ column }, args) => not(between(column!, args)),
});
