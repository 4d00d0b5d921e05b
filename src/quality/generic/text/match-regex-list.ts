import { regexListTest } from '../shapes/pattern-list-test.js';

export const test = regexListTest(
  {
    name: 'expect_column_values_to_match_regex_list',
    meaning: 'Every value contains what one of the patterns describes, or all of them.',
  },
  (contains) => contains,
);
