import { distinctCountTest } from '../shapes/distinct-count-test.js';

export const test = distinctCountTest(
  {
    name: 'expect_column_distinct_count_to_be_greater_than',
    meaning: 'There are more different values than this.',
  },
  '>',
);
