import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { LakeError } from '../errors/lake-error.js';
import type { PageAnswer, RequestSpec } from '../sources/types.js';
import type { SpoolFile } from './types.js';

const quote = 0x22;
const newline = 0x0a;

/** What a page in the spool tells of the pages that follow: read again from the file, so that a later run can do the same. */
export async function readPageAnswer(request: RequestSpec, file: SpoolFile): Promise<PageAnswer> {
  if (request.expect === 'json') return { body: await readJson(file) };
  return { rows: await countCsvRecords(file.path) };
}

/** Records of a CSV file without its header row. Line breaks inside quotes do not count (RFC 4180). */
export async function countCsvRecords(path: string): Promise<number> {
  let records = 0;
  let quoted = false;
  let inRecord = false;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const bytes = chunk as Buffer;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === quote) quoted = !quoted;
      if (byte === newline && !quoted) {
        if (inRecord) records += 1;
        inRecord = false;
      } else if (byte !== 0x0d) inRecord = true;
    }
  }
  if (inRecord) records += 1;
  return Math.max(0, records - 1);
}

async function readJson(file: SpoolFile): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file.path, 'utf8'));
  } catch (cause) {
    throw new LakeError('LK3113', `Expected JSON, got something else from ${file.url}`, {
      details: { url: file.url, bytes: file.bytes },
      cause,
    });
  }
}
