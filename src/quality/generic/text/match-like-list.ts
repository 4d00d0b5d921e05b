import { likeListTest } from '../shapes/pattern-list-test.js';

export const test = likeListTest(
  {
    name: 'expect_column_values_to_match_like_pattern_list',
    meaning: 'Every value is like one of the patterns, or all of them.',
  },
  'like',
);
