/**
 * The first line of a seed: the names of its columns. It is read here and not by the engine, which would guess from the
 * lines below it where the table begins, and leave out a line that does not fit them.
 */
import { open } from 'node:fs/promises';
import type { SeedSpec } from '../../../compile/types.js';

/** Bytes that are read at first; a longer first line is read whole. */
const FIRST = 65_536;
/** As long as the engine lets a line be. */
export const LONGEST_LINE = 16_000_000;

export type FirstLine =
  | { readonly cells: readonly string[] }
  /** Why there is none, in words that follow the file's name. */
  | { readonly problem: string };

/** The values of the first record as they are written, quotes taken off; no cell where the file is empty. */
export async function readFirstLine(file: string, spec: SeedSpec): Promise<FirstLine> {
  const handle = await open(file);
  try {
    for (let size = FIRST; ; size *= 8) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0);
      const whole = bytesRead < size;
      const text = new TextDecoder().decode(buffer.subarray(0, bytesRead), { stream: !whole });
      if (whole && text.trim() === '') return { cells: [] };
      if (/^[\r\n]/.test(text)) return { problem: 'begins with an empty line' };
      const cells = firstRecord(text, spec, whole);
      if (cells?.some((cell) => cell.includes('\uFFFD'))) return { problem: 'is not written in UTF-8' };
      if (cells) return { cells };
      if (whole) return { problem: 'has a quoted name in its first line that is not closed' };
      if (size > LONGEST_LINE) return { problem: 'has a first line that does not end' };
    }
  } finally {
    await handle.close();
  }
}

/** Undefined where the text ends before the record does. */
export function firstRecord(
  text: string,
  { delimiter, quote }: Pick<SeedSpec, 'delimiter' | 'quote'>,
  whole: boolean,
): readonly string[] | undefined {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  let i = 0;
  while (i < text.length) {
    const isQuote = quote !== '' && text.startsWith(quote, i);
    if (quoted) {
      if (isQuote && text.startsWith(quote, i + quote.length)) {
        cell += quote;
        i += 2 * quote.length;
      } else if (isQuote) {
        quoted = false;
        i += quote.length;
      } else {
        cell += text[i];
        i += 1;
      }
    } else if (isQuote && cell === '') {
      quoted = true;
      i += quote.length;
    } else if (text.startsWith(delimiter, i)) {
      cells.push(cell);
      cell = '';
      i += delimiter.length;
    } else if (text[i] === '\n' || text[i] === '\r') {
      return [...cells, cell];
    } else {
      cell += text[i];
      i += 1;
    }
  }
  return whole && !quoted ? [...cells, cell] : undefined;
}
