import { betweenTest } from '../shapes/aggregate-test.js';

export const test = betweenTest({
  name: 'expect_table_row_count_to_be_between',
  meaning: 'The number of rows lies between min_value and max_value.',
  on: 'table',
  value: () => 'count(*)',
});
