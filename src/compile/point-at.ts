/** Narrows the place of a YAML entry to the text inside it that a mistake is about. */
import type { SourceSpan } from '../errors/diagnostic.js';
import type { SourceTexts } from '../errors/source-texts.js';

/** How far below its key a value may begin: `sql: |` and a few flow lines. */
const REACH = 20;

/**
 * The place of the first line of `text` at or after `near`; `near` itself where the file writes it differently (with
 * escapes, or folded over lines).
 */
export function pointAt(text: string, near: SourceSpan, sources: SourceTexts): SourceSpan {
  const wanted = text.trim().split('\n', 1)[0]!.trim();
  if (wanted === '' || !Object.hasOwn(sources, near.file)) return near;
  const lines = sources[near.file]!.split('\n', near.line + REACH).slice(near.line - 1);
  for (const [i, line] of lines.entries()) {
    const found = line.indexOf(wanted, i === 0 ? near.col - 1 : 0);
    if (found < 0) continue;
    return { file: near.file, line: near.line + i, col: found + 1, endCol: found + 1 + wanted.length };
  }
  return near;
}
