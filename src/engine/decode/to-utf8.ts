/** Text as UTF-8: told by its mark or as declared, rewritten byte stream to byte stream where it is something else. */
import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LakeError } from '../../errors/lake-error.js';
import type { DecodeHint } from '../../sources/types.js';
import type { Scratch } from './scratch.js';
import { readHead } from './sniff-format.js';

/** Spellings that people write and the Encoding Standard does not know. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'latin-1': 'latin1',
  'cp-1252': 'cp1252',
  utf16: 'utf-16',
};

/** For bytes that are not UTF-8 where nothing was declared. */
export const ENCODING_HINT =
  'declare the encoding: `read: {encoding: cp1252}`; or, where single bytes are broken, `invalid_bytes: replace`';

export interface Utf8File {
  /** The file itself where it need not be rewritten. */
  readonly path: string;
  /** Characters that stand for bytes which were none. */
  readonly replaced: number;
}

/**
 * The file's text in UTF-8. What is UTF-8 already is not looked through: DuckDB does that while it reads, unless broken
 * bytes are to be replaced.
 * @throws LakeError LK5012 for an encoding that nobody knows, and for bytes that are not of it, with their offset.
 */
export async function asUtf8(
  path: string,
  hint: Pick<DecodeHint, 'encoding' | 'invalidBytes'>,
  scratch: Scratch,
  part: string,
): Promise<Utf8File> {
  const encoding = await encodingOf(path, hint.encoding, part);
  const replace = hint.invalidBytes === 'replace';
  if (encoding === 'utf-8' && (!replace || (await firstInvalidByte(path)) === undefined))
    return { path, replaced: 0 };
  const target = scratch.path('utf8', path);
  return { path: target, replaced: await writeAsUtf8(path, target, encoding, replace, part) };
}

/** What is to be said of replaced bytes. */
export function replacedNote(replaced: number, part: string): readonly string[] {
  if (replaced === 0) return [];
  const characters = replaced === 1 ? '1 character was' : `${replaced.toLocaleString('en')} characters were`;
  return [`${part}: ${characters} not of the file's encoding and replaced by �`];
}

/**
 * The encoding to read a file with. A mark in the file wins over what is declared; UTF-16 without a mark is told by its
 * zero bytes. Labels: https://encoding.spec.whatwg.org/#names-and-labels
 */
async function encodingOf(path: string, declared: string | undefined, part: string): Promise<string> {
  const head = await readHead(path, 256);
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (declared === undefined) return unmarkedUtf16(head) ?? 'utf-8';
  const label = declared.trim().toLowerCase();
  // Without a mark and an order of bytes, the zero bytes tell the order.
  if (label === 'utf-16' || label === 'utf16') return unmarkedUtf16(head) ?? 'utf-16le';
  try {
    return new TextDecoder(SPELLINGS[label] ?? label).encoding;
  } catch {
    throw new LakeError('LK5012', `${part}: there is no encoding "${declared}"`, {
      hint: 'write `encoding: utf-8`, `utf-16`, `latin-1` or `cp1252` under `read:`',
    });
  }
}

/** Latin letters, digits and separators have a zero in every second byte there, which no other encoding has. */
function unmarkedUtf16(head: Buffer): string | undefined {
  const pairs = Math.floor(head.length / 2);
  if (pairs < 2) return undefined;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) evenZeros += 1;
    if (head[2 * i + 1] === 0) oddZeros += 1;
  }
  if (oddZeros >= pairs / 2 && evenZeros <= pairs / 10) return 'utf-16le';
  return evenZeros >= pairs / 2 && oddZeros <= pairs / 10 ? 'utf-16be' : undefined;
}

/** @returns how many characters were replaced. */
async function writeAsUtf8(
  from: string,
  to: string,
  encoding: string,
  replace: boolean,
  part: string,
): Promise<number> {
  const decoder = new TextDecoder(encoding, { fatal: !replace });
  let replaced = 0;
  let offset = 0;
  async function* decoded() {
    for await (const bytes of createReadStream(from, { highWaterMark: CHUNK })) {
      const text = decoder.decode(bytes as Buffer, { stream: true });
      offset += (bytes as Buffer).length;
      if (replace) replaced += countReplaced(text);
      yield text;
    }
    const rest = decoder.decode();
    if (replace) replaced += countReplaced(rest);
    yield rest;
  }
  try {
    await pipeline(Readable.from(decoded()), createWriteStream(to));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const at = await brokenAt(from, encoding, offset);
    throw new LakeError('LK5012', `${part}: ${basename(from)} is not ${encoding} at byte ${at}`, {
      hint: 'correct `encoding:` under `read:`; or, where single bytes are broken, `invalid_bytes: replace`',
      details: { path: from, encoding, offset: at },
    });
  }
  return replaced;
}

const CHUNK = 64 << 10;

function countReplaced(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\uFFFD'); at >= 0; at = text.indexOf('\uFFFD', at + 1)) count += 1;
  return count;
}

/** The byte at which decoding fails, in the chunk that starts at `chunkStart`. */
async function brokenAt(path: string, encoding: string, chunkStart: number): Promise<number> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let offset = 0;
  for await (const read of createReadStream(path, { highWaterMark: CHUNK })) {
    const bytes = read as Buffer;
    if (offset < chunkStart) {
      decoder.decode(bytes, { stream: true });
      offset += bytes.length;
      continue;
    }
    for (let i = 0; i < bytes.length; i++) {
      try {
        decoder.decode(bytes.subarray(i, i + 1), { stream: true });
      } catch {
        return offset + i;
      }
    }
    offset += bytes.length;
  }
  return offset;
}

/** Byte offset of the first byte that is not UTF-8, undefined when all of the file is. */
export async function firstInvalidByte(path: string): Promise<number | undefined> {
  let offset = 0;
  let rest = Buffer.alloc(0);
  for await (const read of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([rest, read as Buffer]);
    // Cut where no character can be cut: before the last byte of the last four that begins one.
    let end = bytes.length;
    for (let back = 1; back <= Math.min(4, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!;
      if (byte >= 0xc0) end = bytes.length - back;
      if (byte < 0x80 || byte >= 0xc0) break;
    }
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) return offset + invalidIn(whole);
    offset += end;
    rest = bytes.subarray(end);
  }
  return isUtf8(rest) ? undefined : offset + invalidIn(rest);
}

/** Where the first sequence starts that is no character, in bytes that hold one. */
function invalidIn(bytes: Buffer): number {
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length > 1 && !isUtf8(bytes.subarray(i, i + length))) break;
    i += length;
  }
  return i;
}
