/** Columns as the formats write them: in texts instants in ISO 8601, and nothing that is no JSON. */
import type { ColumnInfo } from '../engine/types.js';
import { quoteIdent } from '../sql/quote.js';

const FLOATING = /^(?:FLOAT|DOUBLE)$/;
const TIMESTAMP = /^TIMESTAMP/;

/** `2004-01-03 05:00:00+00`, which an engine in UTC writes, as `2004-01-03T05:00:00Z`. */
export function isoText(column: string): string {
  return `replace(replace(cast(${column} as varchar), ' ', 'T'), '+00', 'Z')`;
}

/** In JSON: NaN and infinity are NULL, bytes Base64, numbers exact. */
export function jsonColumn({ name, type }: ColumnInfo): string {
  const column = quoteIdent(name);
  if (FLOATING.test(type)) return `case when isfinite(${column}) then ${column} end`;
  if (TIMESTAMP.test(type)) return isoText(column);
  if (type === 'BLOB') return `to_base64(${column})`;
  return type === 'GEOMETRY' ? `cast(${column} as varchar)` : column;
}

/** In CSV: nested values are JSON. */
export function csvColumn({ name, type }: ColumnInfo): string {
  const column = quoteIdent(name);
  if (TIMESTAMP.test(type)) return isoText(column);
  if (type === 'BLOB') return `to_base64(${column})`;
  return /\[\d*\]$|^(?:STRUCT|MAP)\(/.test(type) ? `cast(to_json(${column}) as varchar)` : column;
}

/** `a as "a", b as "b"`. */
export function selectList(
  columns: readonly ColumnInfo[],
  expression: (column: ColumnInfo) => string,
): string {
  return columns.map((column) => `${expression(column)} as ${quoteIdent(column.name)}`).join(', ');
}
