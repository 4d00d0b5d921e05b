import { rowCondition } from '../shapes/aggregate-test.js';
import { anyOrAll, matches, matchOn, regexArguments, wrongFlags } from '../shapes/patterns.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_values_to_match_regex_list',
  from: 'dbt_expectations',
  meaning: 'Every value contains what one of the patterns describes, or all of them.',
  on: 'column',
  arguments: {
    regex_list: { kind: 'texts', required: true, meaning: 'Regular expressions (RE2).' },
    match_on: matchOn,
    row_condition: rowCondition,
    ...regexArguments,
  },
  check: wrongFlags,
  fails: ({ column }, { regex_list, match_on, flags }) =>
    not(
      anyOrAll(
        (regex_list as readonly string[]).map((regex) => matches(column!, regex, flags)),
        match_on,
      ),
    ),
});
