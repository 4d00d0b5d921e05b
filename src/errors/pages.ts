/** The page of an error, `docs/errors/<code>.md`: it is part of the package, so that it can be read offline. */
import { readdirSync, readFileSync } from 'node:fs';
import { packageFile } from '../package/package-file.js';
import { nearest } from './nearest.js';

const FOLDER = 'docs/errors/';

/** The codes that have a page, in order. */
export function pagedCodes(): readonly string[] {
  return readdirSync(packageFile(FOLDER))
    .flatMap((name) => /^(LK\d{4})\.md$/.exec(name)?.[1] ?? [])
    .sort();
}

/** The page's Markdown; undefined when there is none. `code` is `LK` and four digits. */
export function errorPage(code: string): string | undefined {
  if (!/^LK\d{4}$/.test(code)) return undefined;
  try {
    return readFileSync(packageFile(`${FOLDER}${code}.md`), 'utf8');
  } catch {
    return undefined;
  }
}

/** The code as the registry writes it, whatever the user typed: `lk2001`, `2001`. */
export function normalCode(text: string): string {
  const digits = /^(?:lk)?-?(\d{4})$/i.exec(text.trim())?.[1];
  return digits === undefined ? text.trim().toUpperCase() : `LK${digits}`;
}

/** The code that was most likely meant: the nearest number, else the nearest spelling. */
export function nearestCode(code: string, codes: readonly string[]): string | undefined {
  const number = Number(/^LK(\d{4})$/.exec(code)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) return nearest(code, codes);
  const distance = (other: string) => Math.abs(Number(other.slice(2)) - number);
  return codes.reduce((best, other) => (distance(other) < distance(best) ? other : best), codes[0] ?? '');
}
