/** Patterns that texts match: several of them, any or all. */
import type { Json } from '../../../project/types.js';
import { quoteText } from '../../../sql/quote.js';
import type { Argument } from '../arguments.js';

export const matchOn: Argument = {
  kind: 'choice',
  choices: ['any', 'all'],
  meaning: 'any: one of the patterns is enough; all: each must hold. any by default.',
};

export const regexArguments: Readonly<Record<string, Argument>> = {
  flags: { kind: 'text', meaning: "DuckDB's options: i ignores case, s lets . match a line break." },
  is_raw: { kind: 'flag', meaning: 'Has no effect: patterns are always taken as they are.' },
};

const FLAGS = /^[cilmnps]*$/;

/** For `check`. */
export function wrongFlags({ flags }: Readonly<Record<string, Json>>): string | undefined {
  if (typeof flags !== 'string' || FLAGS.test(flags)) return undefined;
  return `has the flags "${flags}"; DuckDB knows c, i, l, m, n, p and s`;
}

/** SQL condition that the expression contains what the pattern describes. */
export function matches(expression: string, regex: Json, flags: Json | undefined): string {
  const options = typeof flags === 'string' && flags !== '' ? `, ${quoteText(flags)}` : '';
  return `regexp_matches(${expression}, ${quoteText(String(regex))}${options})`;
}

/** The conditions joined by OR, or with `match_on: all` by AND. */
export function anyOrAll(conditions: readonly string[], on: Json | undefined): string {
  return conditions.map((one) => `(${one})`).join(on === 'all' ? ' and ' : ' or ');
}
