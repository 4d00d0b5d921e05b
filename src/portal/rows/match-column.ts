import type { ServedColumn } from '../types.js';

/** Position of a served column among a file's columns: exactly, else without case, blanks, `_` and punctuation; -1 if none. */
export function matchColumn(column: ServedColumn, header: readonly string[]): number {
  const wanted = column.from ?? column.name;
  const exact = header.indexOf(wanted);
  if (exact >= 0 || wanted.startsWith(':')) return exact;
  const folded = fold(wanted);
  return header.findIndex((name) => fold(name) === folded);
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
