import { betweenTest } from '../shapes/aggregate-test.js';

export const test = betweenTest({
  name: 'expect_column_sum_to_be_between',
  meaning: 'The sum lies between min_value and max_value.',
  on: 'column',
  value: ({ column }) => `sum(${column})`,
});
