/** Tests of texts against several patterns, of which any or all must hold. */
import { quoteText } from '../../../sql/quote.js';
import type { Arguments, GenericTest } from '../generic-test.js';
import { rowCondition } from './aggregate-test.js';
import { anyOrAll, matches, matchOn, regexArguments, wrongFlags } from './patterns.js';
import { not, rowTest } from './row-test.js';

type Named = Pick<GenericTest, 'name' | 'meaning'>;

/** @param holds SQL condition that the column holds for one pattern, given whether it contains what the pattern describes. */
export function regexListTest({ name, meaning }: Named, holds: (contains: string) => string): GenericTest {
  return patternListTest({
    name,
    meaning,
    list: { key: 'regex_list', meaning: 'Regular expressions (RE2).' },
    more: { arguments: regexArguments, check: wrongFlags },
    holds: (column, pattern, { flags }) => holds(matches(column, pattern, flags)),
  });
}

/** @param operator What stands between the column and each pattern. */
export function likeListTest({ name, meaning }: Named, operator: 'like' | 'not like'): GenericTest {
  return patternListTest({
    name,
    meaning,
    list: { key: 'like_pattern_list', meaning: "Patterns of SQL's LIKE." },
    holds: (column, pattern) => `${column} ${operator} ${quoteText(pattern)}`,
  });
}

interface PatternListTest extends Named {
  /** The argument that holds the patterns. */
  readonly list: { readonly key: string; readonly meaning: string };
  readonly more?: Pick<GenericTest, 'arguments' | 'check'>;
  /** SQL condition that the column holds for one pattern. */
  holds(column: string, pattern: string, args: Arguments): string;
}

function patternListTest({ name, meaning, list, more, holds }: PatternListTest): GenericTest {
  return rowTest({
    name,
    from: 'dbt_expectations',
    meaning,
    on: 'column',
    arguments: {
      [list.key]: { kind: 'texts', required: true, meaning: list.meaning },
      match_on: matchOn,
      row_condition: rowCondition,
      ...more?.arguments,
    },
    ...(more?.check && { check: more.check }),
    fails: ({ column }, args) =>
      not(
        anyOrAll(
          (args[list.key] as readonly string[]).map((pattern) => holds(column!, pattern, args)),
          args['match_on'],
        ),
      ),
  });
}
