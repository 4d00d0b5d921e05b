import { betweenTest } from '../shapes/aggregate-test.js';

export const test = betweenTest({
  name: 'expect_column_stdev_to_be_between',
  meaning: 'The standard deviation of a sample lies between min_value and max_value.',
  on: 'column',
  value: ({ column }) => `stddev_samp(${column})`,
});
