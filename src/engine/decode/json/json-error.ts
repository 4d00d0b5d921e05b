/** What is wrong with a JSON file, out of DuckDB's message: file, record, byte. */
import { basename } from 'node:path';
import { LakeError } from '../../../errors/lake-error.js';
import type { ReadyFile } from '../layout.js';
import { ENCODING_HINT, firstInvalidByte } from '../to-utf8.js';

const PLACE = String.raw`(?:record\/value|line) (\d+)`;
const MALFORMED = new RegExp(`^Malformed JSON in file "(.*)", at byte (\\d+) in ${PLACE}: (.*?)\\.? *$`, 'm');
const UNEXPECTED = new RegExp(`^JSON transform error in file "(.*)", in ${PLACE}: (.*)$`, 'm');

/** @returns undefined when the message is not about a JSON file's content. */
export async function jsonFault(
  text: string,
  files: ReadonlyMap<string, ReadyFile>,
): Promise<LakeError | undefined> {
  const malformed = MALFORMED.exec(text);
  if (malformed) {
    const [, read = '', byte, record, what = ''] = malformed;
    const { name, path } = fileOf(read, files);
    if (/invalid UTF-8/i.test(what)) {
      const offset = await firstInvalidByte(read);
      return new LakeError(
        'LK5012',
        `${name} is not UTF-8: the byte at offset ${offset} starts no character`,
        {
          hint: ENCODING_HINT,
          details: { path, offset },
        },
      );
    }
    // DuckDB has counted the record that it could not read.
    const place = Math.max(1, Number(record) - 1);
    return new LakeError('LK5014', `${name} is broken JSON at byte ${byte} of record ${place}: ${what}`, {
      hint: 'the portal sent less or something else than JSON: look at the file, or run again',
      details: { path, record: place, byte: Number(byte) },
    });
  }
  const unexpected = UNEXPECTED.exec(text);
  if (!unexpected) return undefined;
  const [, read = '', record, what = ''] = unexpected;
  const { name, path } = fileOf(read, files);
  return new LakeError('LK5015', `${name}: record ${record} is not as expected: ${what.slice(0, 200)}`, {
    hint: 'see where the records are in what the portal sends, and name it in `records:`',
    details: { path, record: Number(record) },
  });
}

function fileOf(read: string, files: ReadonlyMap<string, ReadyFile>): { name: string; path: string } {
  const file = files.get(read);
  const path = file?.origin ?? read;
  return { name: file ? `${file.part}: ${basename(path)}` : basename(path), path };
}
