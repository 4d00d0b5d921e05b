/** Counts the records of a page of CSV and finds its last one, in one pass over the bytes. */
import { type FileHandle, open } from 'node:fs/promises';

const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;
const blockBytes = 1024 * 1024;
/** A header or last record beyond this is not read for its values. */
const longestRecord = 1024 * 1024;

export interface CsvFacts {
  /** Records without the header row. */
  readonly records: number;
  /** Value of the asked column in the last record; undefined where there is no such column or no record. */
  readonly last?: string;
}

/** Line breaks inside of quotes end no record (RFC 4180). `column`: a header name whose last value is wanted. */
export async function scanCsv(path: string, column?: string): Promise<CsvFacts> {
  const file = await open(path, 'r');
  try {
    const { count, headerEnd, lastStart, end } = await bounds(file);
    const records = Math.max(0, count - 1);
    if (column === undefined || records === 0) return { records };
    const [header, last] = await Promise.all([read(file, 0, headerEnd), read(file, lastStart, end)]);
    const at = splitRecord(header.replace(/^\uFEFF/, '')).indexOf(column);
    const value = at < 0 ? undefined : splitRecord(last)[at];
    return value === undefined ? { records } : { records, last: value };
  } finally {
    await file.close();
  }
}

/** Where the header ends and the last record begins, and how many records there are with the header. */
async function bounds(file: FileHandle) {
  const block = Buffer.allocUnsafe(blockBytes);
  let count = 0;
  let quoted = false;
  let inRecord = false;
  let start = 0;
  let lastStart = 0;
  let headerEnd = 0;
  let offset = 0;
  for (;;) {
    const { bytesRead } = await file.read(block, 0, blockBytes, offset);
    if (bytesRead === 0) break;
    for (let at = 0; at < bytesRead; at += 1) {
      const byte = block[at];
      if (byte === quote) quoted = !quoted;
      if (byte === newline && !quoted) {
        if (inRecord) {
          count += 1;
          if (count === 1) headerEnd = offset + at;
          lastStart = start;
        }
        inRecord = false;
      } else if (byte !== carriageReturn) {
        if (!inRecord) start = offset + at;
        inRecord = true;
      }
    }
    offset += bytesRead;
  }
  if (inRecord) {
    count += 1;
    lastStart = start;
    if (count === 1) headerEnd = offset;
  }
  return { count, headerEnd, lastStart, end: offset };
}

async function read(file: FileHandle, from: number, to: number): Promise<string> {
  const bytes = Buffer.alloc(Math.max(0, Math.min(to - from, longestRecord)));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  return bytes
    .subarray(0, bytesRead)
    .toString('utf8')
    .replace(/[\r\n]+$/, '');
}

/** Values of one record. Each begins with a comma here, the first one too: a match without a character would skip the next. */
function splitRecord(text: string): string[] {
  const values: string[] = [];
  for (const match of `,${text}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    values.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
  }
  return values;
}
