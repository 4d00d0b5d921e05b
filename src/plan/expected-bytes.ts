import type { TableState } from '../lakehouse/types.js';

/**
 * What a fetch will bring over the wire, as far as the last load tells: its bytes a row for rows that are counted now, else its
 * size, where it was a full one. An estimate; undefined where nothing is known.
 */
export function expectedBytes(
  rows: number | undefined,
  load: Pick<NonNullable<TableState['load']>, 'rows' | 'bytes' | 'kind'> | undefined,
): number | undefined {
  if (load === undefined || load.bytes === 0) return undefined;
  if (rows !== undefined && load.rows > 0) return Math.round((load.bytes / load.rows) * rows);
  return rows === undefined && load.kind === 'full' ? load.bytes : undefined;
}
