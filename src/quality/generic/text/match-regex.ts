import { rowCondition } from '../shapes/aggregate-test.js';
import { matches, regexArguments, wrongFlags } from '../shapes/patterns.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_values_to_match_regex',
  from: 'dbt_expectations',
  meaning: 'Every value contains what the pattern describes; `^` and `$` are its ends.',
  on: 'column',
  arguments: {
    regex: { kind: 'text', required: true, meaning: 'Regular expression (RE2).' },
    row_condition: rowCondition,
    ...regexArguments,
  },
  check: wrongFlags,
  fails: ({ column }, { regex, flags }) => not(matches(column!, regex!, flags)),
});
