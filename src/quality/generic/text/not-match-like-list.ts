import { quoteText } from '../../../sql/quote.js';
import { rowCondition } from '../shapes/aggregate-test.js';
import { anyOrAll, matchOn } from '../shapes/patterns.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_values_to_not_match_like_pattern_list',
  from: 'dbt_expectations',
  meaning: 'Every value is not like one of the patterns, or all of them.',
  on: 'column',
  arguments: {
    like_pattern_list: { kind: 'texts', required: true, meaning: "Patterns of SQL's LIKE." },
    match_on: matchOn,
    row_condition: rowCondition,
  },
  fails: ({ column }, { like_pattern_list, match_on }) =>
    not(
      anyOrAll(
        (like_pattern_list as readonly string[]).map((one) => `${column} not like ${quoteText(one)}`),
        match_on,
      ),
    ),
});
