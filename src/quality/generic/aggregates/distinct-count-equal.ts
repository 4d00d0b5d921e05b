import { distinctCountTest } from '../shapes/distinct-count-test.js';

export const test = distinctCountTest(
  { name: 'expect_column_distinct_count_to_equal', meaning: 'There are this many different values.' },
  '=',
);
