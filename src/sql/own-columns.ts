/**
 * The columns that lake adds to the portal's: their names and types, in their order. They are reserved for it in every
 * layer, so that what is asked for in SQL is lake's own whatever a portal calls its columns.
 */

export interface OwnColumn {
  readonly name: string;
  /** As DuckDB writes it. */
  readonly type: string;
}

/** Written into every bronze row, beside one `_<variable>` for each variable of its part. */
export const LOAD_COLUMNS: readonly OwnColumn[] = [
  { name: '_load_id', type: 'VARCHAR' },
  { name: '_loaded_at', type: 'TIMESTAMP WITH TIME ZONE' },
  { name: '_source_part', type: 'VARCHAR' },
  { name: '_row', type: 'BIGINT' },
];

/** What a bronze relation shows after the dataset's columns: those, and what tells its rows apart and puts them in order. */
export const BOUND_COLUMNS: readonly OwnColumn[] = [
  ...LOAD_COLUMNS,
  { name: '_row_id', type: 'VARCHAR' },
  { name: '_cursor', type: 'VARCHAR' },
  { name: '_load_order', type: 'INTEGER' },
  { name: '_part_order', type: 'INTEGER' },
];

/** What a generated silver SELECT yields after the fields: what is wrong with a row. */
export const JUDGEMENT_COLUMNS = ['_errors', '_nullified', '_failures'] as const;

/** `deletes: soft`: since when a row is gone, NULL while it is there. */
export const DELETED_AT: OwnColumn = { name: '_deleted_at', type: 'TIMESTAMP WITH TIME ZONE' };

/** Whether a name belongs to lake in any layer. */
export function isOwnColumn(name: string): boolean {
  return OWN.has(name);
}

const OWN: ReadonlySet<string> = new Set([
  ...BOUND_COLUMNS.map((column) => column.name),
  ...JUDGEMENT_COLUMNS,
  DELETED_AT.name,
]);

/** Names under which portals number their rows anew with every refresh: no row is known by them, no content changes with them. */
export function isRowNumber(name: string): boolean {
  return /^(_id|:id|objectid\d*)$/i.test(name);
}
