/** What the end of a body tells: a portal that fails while it streams can say so only there (fault F9). */
import { open } from 'node:fs/promises';
import { LakeError } from '../errors/lake-error.js';
import { cutOff } from '../errors/redactor.js';
import type { DecodeHint } from '../sources/types.js';
import { badJsonEnd } from './bad-json-end.js';
import type { ReceivedBody } from './body-check.js';
import { scanJson } from './pages/scan-json.js';
import { isErrorObject, portalMessage } from './portal-message.js';

/** Longest error that is looked for. */
const tailBytes = 8 * 1024;

/** Phrases with which exports break off: Opendatasoft writes the first into the file. */
const broken = /streaming interrupted|internal server error|query timed? ?out|connection reset by peer/i;

/**
 * Judges the end of a finished body, of which the beginning has been judged already.
 * @param path The file that it lies in.
 * @returns CSV: whether it ends with a line end; undefined where that is not looked at.
 * @throws LakeError LK3114 for an error behind the data, LK3133 for JSON that is not closed.
 */
export async function inspectEnd(
  path: string,
  body: ReceivedBody,
  format: DecodeHint['format'],
): Promise<boolean | undefined> {
  if (format !== 'csv' && format !== 'json') return undefined;
  const start = body.head.subarray(0, 64).toString('latin1');
  // What is not written in single bytes is left to the decoder.
  if (/^(\xff\xfe|\xfe\xff)|\0/.test(start)) return undefined;
  const end =
    body.bytes <= body.head.length ? body.head.subarray(-tailBytes) : await lastBytes(path, body.bytes);
  const tail = end.toString('utf8').trimEnd();
  if (format === 'csv') {
    judgeCsv(tail, body);
    return end.length === 0 ? undefined : LINE_ENDS.has(end.at(-1)!);
  }
  await judgeJson(/[[{]/.exec(start)?.[0], tail, path, body);
  return undefined;
}

const LINE_ENDS: ReadonlySet<number> = new Set([0x0a, 0x0d]);

/** The last line of a table is a record; an object, a page or a sentence about an interruption is none. */
function judgeCsv(tail: string, body: ReceivedBody): void {
  const at = Math.max(tail.lastIndexOf('\n'), tail.lastIndexOf('\r'));
  const last = tail.slice(at + 1).trim();
  if (at < 0) return;
  const isError = last.startsWith('{') && isErrorObject(parsed(last));
  const isPage = /^<(!doctype html|html|\/html|\/body)\b/i.test(last);
  // A sentence, not a value: it has no quotation marks and no separators.
  const isSentence = broken.test(last) && !/[",;\t|]/.test(last);
  if (isError || isPage || isSentence) throw errorAtEnd(isError ? (portalMessage(last) ?? last) : last, body);
}

/**
 * A list is closed by a bracket and an object by a brace. The last record of a list, or the last line of many, may itself
 * be the error, where the first one is of another kind.
 */
async function judgeJson(
  first: string | undefined,
  tail: string,
  path: string,
  body: ReceivedBody,
): Promise<void> {
  if (first === undefined) return;
  const record = lastRecord(first, tail);
  const isOther = firstKey(record) !== firstKey(body.head.subarray(0, 4096).toString('utf8'));
  if (record !== undefined && isOther && isErrorRecord(parsed(record)))
    throw errorAtEnd(portalMessage(record) ?? record, body);
  if (tail.at(-1) === (first === '[' ? ']' : '}')) return;
  if (broken.test(tail.slice(-400))) {
    const end = tail.slice(Math.max(tail.lastIndexOf('}'), tail.lastIndexOf(']')) + 1).trim();
    throw errorAtEnd(end, body);
  }
  throw badJsonEnd(body, await scanJson(path, { values: [] }));
}

/** The last of several records: of a list, or a line of its own where each record is one. */
function lastRecord(first: string, tail: string): string | undefined {
  if (!/"(error|success)"/.test(tail)) return undefined;
  const record =
    first === '['
      ? /(\{(?:[^{}]|\{[^{}]*\})*\})\s*\]?$/.exec(tail)?.[1]
      : /[\r\n]\s*(\{(?:[^{}\r\n]|\{[^{}\r\n]*\})*\})$/.exec(tail)?.[1];
  return record?.length === tail.length ? undefined : record;
}

/** An error object, or one that says it in a word: `{"error": "stream broke"}`. A row with an error among its values is none. */
function isErrorRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { error } = value as { readonly error?: unknown };
  const size = Object.keys(value).length;
  return (isErrorObject(value) && size <= 4) || (typeof error === 'string' && size <= 2);
}

function firstKey(text: string | undefined): string | undefined {
  return /^[\s[]*\{\s*("[^"]*")/.exec(text ?? '')?.[1];
}

function errorAtEnd(said: string, body: ReceivedBody): LakeError {
  return new LakeError('LK3114', `The portal broke off in the middle of its answer: ${cutOff(said, 200)}`, {
    hint: `The rows before it are not all there are; run the same command again, or open ${body.url} in a browser`,
    details: { url: body.url, bytes: body.bytes },
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function lastBytes(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const tail = Buffer.alloc(Math.min(tailBytes, bytes));
    const { bytesRead } = await file.read(tail, 0, tail.length, bytes - tail.length);
    return tail.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
