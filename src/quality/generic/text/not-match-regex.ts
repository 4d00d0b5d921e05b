import { rowCondition } from '../shapes/aggregate-test.js';
import { matches, regexArguments, wrongFlags } from '../shapes/patterns.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_values_to_not_match_regex',
  from: 'dbt_expectations',
  meaning: 'No value contains what the pattern describes.',
  on: 'column',
  arguments: {
    regex: { kind: 'text', required: true, meaning: 'Regular expression (RE2).' },
    row_condition: rowCondition,
    ...regexArguments,
  },
  check: wrongFlags,
  fails: ({ column }, { regex, flags }) => not(`not ${matches(column!, regex!, flags)}`),
});
