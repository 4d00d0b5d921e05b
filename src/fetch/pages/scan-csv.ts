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
  const block = Buffer.from(new ArrayBuffer(blockBytes));
  const words = new Int32Array(block.buffer);
  let count = 0;
  let quoted = false;
  /** Where the line began, and whether bytes of it that came with an earlier block make it a record. */
  let start = 0;
  let begun = false;
  let lastStart = 0;
  let headerEnd = 0;
  let offset = 0;
  const end = (at: number) => {
    count += 1;
    if (count === 1) headerEnd = at;
    lastStart = start;
  };
  for (;;) {
    const { bytesRead } = await file.read(block, 0, blockBytes, offset);
    if (bytesRead === 0) break;
    for (let at = 0; at < bytesRead; at += 1) {
      if (at % wordBytes === 0) {
        const skipped = skipWords(words, at, bytesRead);
        if (skipped.oddQuotes) quoted = !quoted;
        at = skipped.at;
        if (at === bytesRead) break;
      }
      if (block[at] === quote) quoted = !quoted;
      if (block[at] !== newline || quoted) continue;
      if (begun || !isBlank(block, start - offset, at)) end(offset + at);
      start = offset + at + 1;
      begun = false;
    }
    begun ||= !isBlank(block, start - offset, bytesRead);
    offset += bytesRead;
  }
  if (begun) end(offset);
  return { count, headerEnd, lastStart, end: offset };
}

const wordBytes = 4;
const everyByte = 0x01010101;
const lowBits = 0x7f7f7f7f;

/**
 * Goes on from `from`, four bytes at a time, to the next four that have a line feed among them, or that are no longer
 * whole; tells whether an odd number of quotes was passed. A page is full of quotes: to ask of each byte whether it is one
 * costs several times as much.
 */
function skipWords(words: Int32Array, from: number, to: number): { at: number; oddQuotes: boolean } {
  const end = Math.floor(to / wordBytes);
  let word = from / wordBytes;
  let quotes = 0;
  for (; word < end; word += 1) {
    const bytes = words[word]!;
    if (zeroBytes(bytes ^ (everyByte * newline)) !== 0) break;
    quotes ^= zeroBytes(bytes ^ (everyByte * quote));
  }
  const halves = quotes ^ (quotes >>> 16);
  return { at: word * wordBytes, oddQuotes: ((halves ^ (halves >>> 8)) & 0x80) !== 0 };
}

/** The highest bit of each byte that is zero. Source: Hacker's Delight, §6-1. */
function zeroBytes(word: number): number {
  return ~(((word & lowBits) + lowBits) | word | lowBits);
}

/** Whether nothing but carriage returns stands there; a line that began in an earlier block is looked at from this one's begin. */
function isBlank(block: Buffer, from: number, to: number): boolean {
  for (let at = Math.max(0, from); at < to; at += 1) if (block[at] !== carriageReturn) return false;
  return true;
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
