import type { SourceSpan } from './diagnostic.js';
import { printable } from './printable.js';

const MAX_WIDTH = 110;

/** The line that a diagnostic is about, and the line of carets below it. */
export interface CodeFrame {
  readonly number: string;
  readonly line: string;
  readonly carets: string;
}

/** The frame of one place, or undefined where the text has no such line. Long lines are cut around the place. */
export function codeFrame(text: string, at: SourceSpan): CodeFrame | undefined {
  const raw = nthLine(text, at.line);
  if (raw === undefined) return undefined;
  const line = printable(raw);
  const start = Math.min(at.col - 1, line.length);
  const end = Math.max(start + 1, Math.min((at.endCol ?? at.col + 1) - 1, line.length));
  const from = Math.min(end, start + 60) <= MAX_WIDTH ? 0 : Math.min(start - 40, line.length - MAX_WIDTH);
  const to = Math.min(line.length, from + MAX_WIDTH);
  const head = from > 0 ? '…' : '';
  const tail = to < line.length ? '…' : '';
  return {
    number: String(at.line),
    line: `${head}${line.slice(from, to)}${tail}`,
    carets: `${' '.repeat(head.length + start - from)}${'^'.repeat(Math.max(1, Math.min(end, to) - start))}`,
  };
}

function nthLine(text: string, number: number): string | undefined {
  let start = 0;
  for (let n = 1; n < number; n += 1) {
    const newline = text.indexOf('\n', start);
    if (newline === -1) return undefined;
    start = newline + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? text.length : end).replace(/\r$/, '');
}
