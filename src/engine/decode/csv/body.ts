/** Cuts a file down to its rows where lines above the header or below the rows would not parse. */
import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LakeError } from '../../../errors/lake-error.js';

const MOST_FOOTER_BYTES = 1 << 20;

/** Copies the bytes from `start` up to `end` (not included). */
export async function copyBytes(from: string, to: string, start: number, end: number): Promise<void> {
  if (end <= start) {
    await (await open(to, 'w')).close();
    return;
  }
  await pipeline(createReadStream(from, { start, end: end - 1 }), createWriteStream(to));
}

/**
 * Byte offset where the last `footerRows` lines begin, blank lines not counted; the file's size for none.
 * @throws LakeError LK5011 when they are longer than 1 MiB.
 */
export async function footerStart(path: string, footerRows: number, part: string): Promise<number> {
  const { size } = await stat(path);
  if (footerRows <= 0) return size;
  const length = Math.min(size, MOST_FOOTER_BYTES);
  const file = await open(path);
  const tail = Buffer.alloc(length);
  try {
    await file.read(tail, 0, length, size - length);
  } finally {
    await file.close();
  }
  const text = tail.toString('latin1');
  let at = text.length;
  for (let found = 0; found < footerRows; ) {
    if (at <= 0) {
      if (length === size) return 0;
      throw new LakeError(
        'LK5011',
        `${part}: the last ${footerRows} lines of ${basename(path)} are longer than 1 MiB`,
        {
          hint: 'correct `footer_rows:` under `read:`',
          details: { path },
        },
      );
    }
    const lineStart = Math.max(text.lastIndexOf('\n', at - 2), text.lastIndexOf('\r', at - 2)) + 1;
    if (text.slice(lineStart, at).trim() !== '') found += 1;
    at = lineStart;
  }
  return size - length + at;
}
