/** LK5018: what is wrong with an archive, and what to do about it. */
import { basename } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import { printable } from '../../../errors/printable.js';

const LONGEST_NAME = 120;

/** Names in messages: as text that a terminal can show, in quotes, shortened. */
export function quoted(name: string): string {
  const text = printable(name);
  return `"${text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text}"`;
}

export function archiveError(
  part: string,
  path: string,
  why: string,
  hint = 'ask the portal for the file without an archive, or for another one',
): LakeError {
  return new LakeError('LK5018', `${part}: the archive ${basename(path)} ${why}`, {
    hint,
    details: { path },
  });
}
