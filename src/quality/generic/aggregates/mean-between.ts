import { betweenTest } from '../shapes/aggregate-test.js';

export const test = betweenTest({
  name: 'expect_column_mean_to_be_between',
  meaning: 'The mean lies between min_value and max_value.',
  on: 'column',
  value: ({ column }) => `avg(${column})`,
});
