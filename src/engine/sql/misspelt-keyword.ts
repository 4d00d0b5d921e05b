/** A slip in a keyword is found one word later: `frm x` is a column named frm, and x is what the parser cannot take. */
import { didYouMean } from '../../errors/nearest.js';

const KEYWORDS =
  'select from where group by having qualify order limit offset join left right inner outer full cross on using union intersect except with as case when then else end and between window partition over'.split(
    ' ',
  );

/** Words that no slip is looked for in: they are keywords, or so short that everything is near them. */
const LEAST = 3;

/**
 * `Did you mean "where"?`, for the word before the place of a syntax error or the one that stands there.
 * @param sql Up to the place and after it.
 */
export function misspeltKeyword(before: string, after: string): string | undefined {
  const last = /([A-Za-z]+)\s*$/.exec(before)?.[1];
  const next = /^[A-Za-z]+/.exec(after)?.[0];
  for (const word of [last, next]) {
    if (word === undefined || word.length < LEAST || KEYWORDS.includes(word.toLowerCase())) continue;
    const meant = didYouMean(
      word,
      KEYWORDS.filter((keyword) => near(keyword, word)),
    );
    if (meant !== undefined) return meant;
  }
  return undefined;
}

/** As long, but for one letter, and beginning alike: a name of one's own is rarely both. */
function near(keyword: string, word: string): boolean {
  return Math.abs(keyword.length - word.length) <= 1 && keyword[0] === word[0]!.toLowerCase();
}
