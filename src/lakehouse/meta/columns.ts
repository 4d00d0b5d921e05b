import type { LakeHistory, MetaValue } from './history.js';

/**
 * `meta.columns`: one row a column of a load, as the portal spelled it: the history of each dataset's schema.
 * - `dataset`, `load_id`, `loaded_at`: the load
 * - `column_name`, `position`: the column, and its place among those of the load, from 1
 */
export const columnsColumns = {
  dataset: 'VARCHAR',
  load_id: 'VARCHAR',
  loaded_at: 'TIMESTAMP WITH TIME ZONE',
  column_name: 'VARCHAR',
  position: 'BIGINT',
};

type ColumnRow = Readonly<Record<keyof typeof columnsColumns, MetaValue>>;

/** The rows of `meta.columns`. */
export function columnRows({ loads }: Pick<LakeHistory, 'loads'>): readonly ColumnRow[] {
  return loads.flatMap(({ table, state }) => {
    const { loadId, at } = state.load!;
    const names = state.files.flatMap((file) => (file.loadId === loadId ? (file.columns ?? []) : []));
    return [...new Set(names)].map((name, i) => ({
      dataset: table.slice(table.indexOf('.') + 1),
      load_id: loadId,
      loaded_at: at,
      column_name: name,
      position: i + 1,
    }));
  });
}
