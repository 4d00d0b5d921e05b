/** Pieces of SoQL, written so that nothing from outside leaves its place (dev.socrata.com/docs/queries). */
import type { Since } from './types.js';

/** System fields are never NULL. Rows of which the cursor is are asked for every time: no window would have them. */
export function condition({ column, value, until }: Since): string {
  const name = /^:?[A-Za-z_][A-Za-z0-9_]*$/.test(column) ? column : `\`${column.replaceAll('`', '')}\``;
  const from = `${name} >= ${literal(value)}`;
  if (until !== undefined) return `${from} AND ${name} < ${literal(until)}`;
  return column.startsWith(':') ? from : `${from} OR ${name} IS NULL`;
}

/** Percent-encoded, but for the characters that make SoQL readable in a log. */
export function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2C', ',');
}

/** A text as SoQL writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
