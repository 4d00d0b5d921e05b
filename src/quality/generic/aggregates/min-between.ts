import { betweenTest } from '../shapes/aggregate-test.js';

export const test = betweenTest({
  name: 'expect_column_min_to_be_between',
  meaning: 'The least value lies between min_value and max_value.',
  on: 'column',
  value: ({ column }) => `min(${column})`,
});
