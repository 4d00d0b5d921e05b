import { betweenTest } from '../shapes/aggregate-test.js';

export const test = betweenTest({
  name: 'expect_column_unique_value_count_to_be_between',
  meaning: 'The number of different values lies between min_value and max_value.',
  on: 'column',
  value: ({ column }) => `count(distinct ${column})`,
});
