/** One entry of `format:`. */
import { didYouMean } from '../../errors/nearest.js';

const NAMED = ['iso', 'epoch_ms', 'epoch_s'];
/** https://duckdb.org/docs/stable/sql/functions/dateformat: specifiers of strptime. */
const SPECIFIER = /%(-?[dmyHIMSj]|[aAwbBpYfgnzZUWcxXGVu%])/g;

/** What is wrong with a format, or undefined. */
export function formatMistake(
  format: string,
): { readonly message: string; readonly hint?: string } | undefined {
  if (NAMED.includes(format)) return undefined;
  const expected = 'Use iso, epoch_ms, epoch_s or a pattern such as %d/%m/%Y %H:%M:%S';
  if (!format.includes('%')) {
    return { message: `"${format}" is not a format`, hint: didYouMean(format, NAMED) ?? expected };
  }
  const unknown = /%-?./.exec(format.replace(SPECIFIER, ''));
  if (unknown || format.replace(SPECIFIER, '').includes('%')) {
    return {
      message: `"${format}" has ${unknown ? `${unknown[0]}, which means nothing` : 'a % at its end'}`,
      hint: expected,
    };
  }
  const parts = new Set([...format.matchAll(SPECIFIER)].map((match) => match[1]!.replace('-', '')));
  if (parts.has('p') && parts.has('H')) {
    return {
      message: `"${format}" has both %H, the hour from 0 to 23, and %p, AM or PM`,
      hint: 'Use %I with %p',
    };
  }
  return undefined;
}
