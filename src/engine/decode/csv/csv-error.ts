/** What is wrong with a CSV file, out of DuckDB's long message: file, line, and what was found there. */
import { basename } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import type { ReadyFile } from '../layout.js';
import { ENCODING_HINT, firstInvalidByte } from '../to-utf8.js';
import { MOST_LINE_BYTES } from './layout.js';
import { raggedHint } from './rewrite.js';

/**
 * True when DuckDB's strict reader lost its way in a file. It takes a second kind of line end for that, or for an open
 * quote; whether the file is wrong, and on which line, only a slower look tells.
 */
export function lostItsWay(text: string): boolean {
  return /state machine reached an invalid state|unterminated quote|Expected Number of Columns|maximum line size/i.test(
    text,
  );
}

/**
 * @param text DuckDB's message.
 * @param files The files that were read, by path.
 * @returns undefined when the message is not about a CSV file's content.
 */
export async function csvFault(
  text: string,
  files: ReadonlyMap<string, ReadyFile>,
): Promise<LakeError | undefined> {
  const read = /^\s*file = (.*)$/m.exec(text)?.[1];
  if (read === undefined) return undefined;
  const { origin, linesBefore, part } = files.get(read) ?? { origin: read, linesBefore: 0, part: undefined };
  const counted = /CSV Error on Line: (\d+)/.exec(text)?.[1];
  const line = counted === undefined ? undefined : Number(counted) + linesBefore;
  const file = line === undefined ? basename(origin) : `line ${line} of ${basename(origin)}`;
  const at = part === undefined ? file : `${part}: ${file}`;
  const fault = (code: string, message: string, hint: string, more: object = {}) =>
    new LakeError(code, message, { hint, details: { path: origin, line, ...more } });

  const columns = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text);
  if (columns) {
    const [expected, found] = [Number(columns[1]), Number(columns[2])];
    return fault(
      'LK5011',
      `${at} has ${found} ${found === 1 ? 'value' : 'values'} where the header has ${expected}`,
      raggedHint(found, expected, found < expected),
      { expected, found },
    );
  }
  if (/unterminated quote/.test(text)) {
    return fault(
      'LK5011',
      `${at} has a quote that is never closed`,
      'set `quote` under `read:`, or have the portal correct the file',
    );
  }
  if (/Invalid unicode|not utf-8/i.test(text)) {
    const offset = await firstInvalidByte(origin);
    return fault(
      'LK5012',
      `${at} is not UTF-8${offset === undefined ? '' : `: the byte at offset ${offset} starts no character`}`,
      ENCODING_HINT,
      { offset },
    );
  }
  if (/maximum line size/i.test(text)) {
    return fault(
      'LK5017',
      `${at} is longer than ${MOST_LINE_BYTES >> 20} MiB`,
      'see whether a quote is never closed',
    );
  }
  return fault(
    'LK5011',
    `${at} is no CSV: ${text.split('\n')[0]}`,
    'set `delimiter` and `quote` under `read:`',
  );
}
