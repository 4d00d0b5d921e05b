import { betweenTest } from '../shapes/aggregate-test.js';

export const test = betweenTest({
  name: 'expect_column_median_to_be_between',
  meaning: 'The median lies between min_value and max_value.',
  on: 'column',
  value: ({ column }) => `quantile_cont(${column}, 0.5)`,
});
