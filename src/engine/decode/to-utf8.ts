/** Rewrites text in another encoding as UTF-8, byte stream to byte stream. */
import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LakeError } from '../../errors/lake-error.js';
import { readHead } from './sniff-format.js';

/** Spellings that people write and the Encoding Standard does not know. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'latin-1': 'latin1',
  'cp-1252': 'cp1252',
  utf16: 'utf-16',
};

/**
 * The encoding to read a file with, `utf-8` where nothing has to be done. A UTF-16 mark in the file wins over the hint.
 * @throws LakeError LK5012 for an encoding that nobody knows. Labels: https://encoding.spec.whatwg.org/#names-and-labels
 */
export async function encodingOf(path: string, declared: string | undefined, part: string): Promise<string> {
  const head = await readHead(path, 2);
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const label = declared?.trim().toLowerCase() ?? 'utf-8';
  try {
    return new TextDecoder(SPELLINGS[label] ?? label).encoding;
  } catch {
    throw new LakeError('LK5012', `${part}: there is no encoding "${declared}"`, {
      hint: 'write `encoding: utf-8`, `utf-16`, `latin-1` or `cp1252` under `read:`',
    });
  }
}

/** @throws LakeError LK5012 when the bytes are not of the encoding. */
export async function writeAsUtf8(from: string, to: string, encoding: string, part: string): Promise<void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  async function* decoded() {
    for await (const bytes of createReadStream(from)) yield decoder.decode(bytes as Buffer, { stream: true });
    yield decoder.decode();
  }
  try {
    await pipeline(Readable.from(decoded()), createWriteStream(to));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new LakeError('LK5012', `${part}: ${basename(from)} is not ${encoding}`, {
      hint: 'correct `encoding:` under `read:`',
      details: { path: from, encoding },
    });
  }
}

/** Byte offset of the first byte that is not UTF-8, undefined when all of the file is. */
export async function firstInvalidByte(path: string): Promise<number | undefined> {
  let offset = 0;
  let rest = Buffer.alloc(0);
  for await (const read of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([rest, read as Buffer]);
    // Cut where no character can be cut: after the last ASCII byte.
    let end = bytes.length;
    while (end > 0 && bytes[end - 1]! >= 0x80) end--;
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
