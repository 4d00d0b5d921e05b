/** A line of a seed that the engine did not take, told by its place in the file. */
import { createReadStream } from 'node:fs';
import type { SeedSpec } from '../../../compile/types.js';
import type { ResultSet } from '../../../engine/types.js';
import { LakeError } from '../../../errors/lake-error.js';
import { LONGEST_LINE } from './header.js';

/**
 * Does nothing where every line was taken.
 * @param refused As `refusedSql` yields it.
 * @throws LakeError LK4040 with the first line that was not.
 */
export async function refuseLines(
  spec: SeedSpec,
  file: string,
  names: readonly string[],
  refused: ResultSet,
): Promise<void> {
  const [first] = refused.rows;
  if (!first) return;
  const [record, byte, kind, found, text] = first;
  const line = Math.max(Number(record), await lineAt(file, Number(byte)));
  const { what, hint } = told(String(kind), Number(found), names.length, String(text), spec);
  throw new LakeError('LK4040', `${spec.path}: line ${line} ${what}`, {
    hint,
    details: { at: { file: spec.path, line, col: 1 } },
  });
}

function told(
  kind: string,
  found: number,
  wanted: number,
  text: string,
  { delimiter, quote }: SeedSpec,
): { readonly what: string; readonly hint: string } {
  const columns = `the first line names ${wanted} ${wanted === 1 ? 'column' : 'columns'}`;
  switch (kind) {
    case 'TOO MANY COLUMNS':
      return {
        what: `has ${found} values, and ${columns}`,
        hint: `Name every column in the first line; a value that holds ${shown(delimiter)} is written between ${quote}${quote}`,
      };
    case 'MISSING COLUMNS':
      return {
        what: `has ${found} ${found === 1 ? 'value' : 'values'}, and ${columns}`,
        hint: `Write an empty value for each that is missing: ${shown(delimiter)} at its end`,
      };
    case 'UNQUOTED VALUE':
      return {
        what: 'has a quoted value that is not closed, or goes on after its closing quote',
        hint: `Close it; a ${quote} within a value is written twice`,
      };
    case 'INVALID ENCODING':
    case 'INVALID UNICODE':
      return { what: 'is not written in UTF-8', hint: 'Save the file as UTF-8' };
    case 'LINE SIZE OVER MAXIMUM':
      return {
        what: `has more than ${LONGEST_LINE.toLocaleString('en')} bytes`,
        hint: `Look for a ${quote} that is not closed`,
      };
    default:
      return { what: `cannot be read: ${text}`, hint: 'Correct the line' };
  }
}

function shown(delimiter: string): string {
  return delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
}

/** The line, from 1, that holds the byte, counted from 1, line breaks within values counted. */
async function lineAt(file: string, byte: number): Promise<number> {
  let line = 1;
  // With the byte itself: of a line end of two characters DuckDB names the second.
  for await (const chunk of createReadStream(file, { end: Math.max(0, byte - 1) }))
    for (const one of chunk as Buffer) if (one === 10) line += 1;
  return line;
}
