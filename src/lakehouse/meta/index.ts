/** The system tables `meta.loads`, `accepted`, `parts`, `pages`, `columns`, `tests` and `runs`: the lake's own records as rows. */
import type { Relation } from '../../engine/types.js';
import { readPages } from '../runs/pages.js';
import type { Lake } from '../types.js';
import { acceptedColumns, acceptedRows } from './accepted.js';
import { columnRows, columnsColumns } from './columns.js';
import { type MetaValue, readHistory } from './history.js';
import { loadRows, loadsColumns } from './loads.js';
import { pageRows, pagesColumns } from './pages.js';
import { partRows, partsColumns } from './parts.js';
import { runRows, runsColumns } from './runs.js';
import { testRows, testsColumns } from './tests.js';

/**
 * Relations of literal rows, each value text or NULL; their columns are described beside each table's rows, and none is a word
 * that SQL would want quoted: `at` is.
 * @throws LakeError LK6020 to LK6023 when a file of the lake is damaged.
 */
export async function metaRelations(lake: Pick<Lake, 'store'>): Promise<Relation[]> {
  const history = await readHistory(lake.store);
  return [
    relation('loads', loadsColumns, loadRows(history)),
    relation('accepted', acceptedColumns, acceptedRows(history)),
    relation('parts', partsColumns, partRows(history)),
    relation('pages', pagesColumns, pageRows(await readPages(lake.store))),
    relation('columns', columnsColumns, columnRows(history)),
    relation('tests', testsColumns, testRows(history)),
    relation('runs', runsColumns, runRows(history)),
  ];
}

function relation(
  name: string,
  types: Readonly<Record<string, string>>,
  rows: readonly Readonly<Record<string, MetaValue>>[],
): Relation {
  const columns = Object.entries(types).map(([column, type]) => ({ name: column, type }));
  const literal = rows.map((row) => columns.map((column) => textOf(row[column.name])));
  return { schema: 'meta', name, scans: [], columns, rows: literal };
}

const textOf = (value: MetaValue): string | null =>
  value === null || value === undefined ? null : String(value);
