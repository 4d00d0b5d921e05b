import { quoteText } from '../../../sql/quote.js';
import { rowCondition } from '../shapes/aggregate-test.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_values_to_not_match_like_pattern',
  from: 'dbt_expectations',
  meaning: 'No value is like the pattern.',
  on: 'column',
  arguments: {
    like_pattern: { kind: 'text', required: true, meaning: "Pattern of SQL's LIKE." },
    row_condition: rowCondition,
  },
  fails: ({ column }, { like_pattern }) => not(`${column} not like ${quoteText(String(like_pattern))}`),
});
