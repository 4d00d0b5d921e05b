import type { LakeHistory, MetaValue } from './history.js';

/**
 * `meta.parts`: one row a part of a dataset, as its last accepted load in the newest set left it.
 * - `dataset`, `part`, `label`: the dataset, the portal's id of the part, its `_source_part`
 * - `count`: the portal's count at the last look; `rows`: rows of the part that are current in bronze
 * - `cursor`: greatest value of the cursor column; `fingerprint`: the portal's mark of its data
 * - `etag`, `last_modified`: validators of the last answer
 */
export const partsColumns = {
  dataset: 'VARCHAR',
  part: 'VARCHAR',
  label: 'VARCHAR',
  count: 'BIGINT',
  rows: 'BIGINT',
  cursor: 'VARCHAR',
  fingerprint: 'VARCHAR',
  etag: 'VARCHAR',
  last_modified: 'VARCHAR',
};

type PartRow = Readonly<Record<keyof typeof partsColumns, MetaValue>>;

/** The rows of `meta.parts`. */
export function partRows({ current }: LakeHistory): readonly PartRow[] {
  return current.flatMap(({ table, state }) =>
    Object.entries(state.parts ?? {}).map(
      ([part, { label, count, rows, cursor, fingerprint, validators }]) => ({
        dataset: table.slice(table.indexOf('.') + 1),
        part,
        label,
        count,
        rows,
        cursor,
        fingerprint,
        etag: validators.etag,
        last_modified: validators.lastModified,
      }),
    ),
  );
}
