import type { ColumnInfo } from '../../engine/types.js';
import { publishedSelect, publishedType } from '../tables/table-types.js';

/** In Arrow: with the types that tables of the lake have; a place is WKT. */
export function arrowSelect(columns: readonly ColumnInfo[]): string {
  const types = columns.map(({ name, type }) => ({
    name,
    type: /^(?:GEOMETRY|UNION)/.test(type) ? 'VARCHAR' : publishedType(type),
  }));
  return publishedSelect(types, []);
}
