/** Names at the target: Postgres cuts those beyond 63 bytes without a word, and two of them may then be one. */
import { createHash } from 'node:crypto';

/** Source: https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
export const LONGEST = 63;

export const bytesOf = (name: string): number => Buffer.byteLength(name);

/** A name that fits: one that is too long ends in a hash of itself. */
export function fitting(name: string): string {
  if (bytesOf(name) <= LONGEST) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  let cut = name;
  while (bytesOf(cut) > LONGEST - hash.length - 1) cut = [...cut].slice(0, -1).join('');
  return `${cut}_${hash}`;
}
