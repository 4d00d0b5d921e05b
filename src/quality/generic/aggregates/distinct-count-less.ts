import { distinctCountTest } from '../shapes/distinct-count-test.js';

export const test = distinctCountTest(
  {
    name: 'expect_column_distinct_count_to_be_less_than',
    meaning: 'There are fewer different values than this.',
  },
  '<',
);
