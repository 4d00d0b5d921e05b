import { compareText } from '../order.js';
import type { Attempt, TableHead } from '../types.js';
import { type AcceptedRow, acceptedRows } from './accepted.js';
import type { LakeHistory, MetaValue } from './history.js';

/**
 * `meta.loads`: one row a load that was asked for, committed or not, oldest first.
 * - `dataset`, `run`, `loaded_at`: which dataset, in which run, when it was judged
 * - `load_id`, `kind`, `version`: of a commit: `_load_id` of its rows, `full` or `incremental`, version of the bronze table
 * - `rows`, `bytes`, `requests`: delivered rows, spooled bytes, HTTP requests
 * - `status`: `committed`, `unchanged`, `failed`, or `rejected` by a guard
 * - `reason`: why, in words, and which guards were accepted (`meta.accepted` has by whom and when)
 * - `counted`: of a commit: true where the portal's own count stood beside the rows of each part, false where nothing confirms
 *   that all of them came; NULL where that is not known
 */
export const loadsColumns = {
  dataset: 'VARCHAR',
  load_id: 'VARCHAR',
  run: 'VARCHAR',
  loaded_at: 'TIMESTAMP WITH TIME ZONE',
  kind: 'VARCHAR',
  rows: 'BIGINT',
  bytes: 'BIGINT',
  requests: 'BIGINT',
  version: 'BIGINT',
  status: 'VARCHAR',
  reason: 'VARCHAR',
  counted: 'BOOLEAN',
};

type LoadRow = Readonly<Record<keyof typeof loadsColumns, MetaValue>>;

/** The rows of `meta.loads`. */
export function loadRows(history: LakeHistory): readonly LoadRow[] {
  const { loads, attempts } = history;
  const accepted = acceptedRows(history);
  const judged = new Map(attempts.map((attempt) => [loadKey(attempt.run, attempt.table), attempt]));
  const committed = loads.map((head) =>
    committedRow(head, judged.get(loadKey(head.state.load!.run, head.table)), accepted),
  );
  const known = new Set(loads.map((head) => loadKey(head.state.load!.run, head.table)));
  const others = attempts
    .filter((attempt) => !known.has(loadKey(attempt.run, attempt.table)))
    .map(attemptRow);
  return [...committed, ...others].sort((a, b) => compareText(String(a.loaded_at), String(b.loaded_at)));
}

/** A load may be committed and rejected later in the same run, by a guard on its silver. */
function committedRow(
  { table, version, state }: TableHead,
  attempt: Attempt | undefined,
  accepted: readonly AcceptedRow[],
): LoadRow {
  const { loadId, run, at: loaded_at, kind, rows, bytes, requests } = state.load!;
  const status = attempt?.status === 'rejected' ? 'rejected' : 'committed';
  const dataset = datasetOf(table);
  const guards = accepted.flatMap((row) => (row.dataset === dataset && row.run === run ? [row.guard] : []));
  const why = attempt?.reason ?? state.load!.reason;
  const reason = guards.length > 0 ? `${why}; accepted: ${guards.join(', ')}` : why;
  return {
    dataset,
    load_id: loadId,
    run,
    loaded_at,
    kind,
    rows,
    bytes,
    requests,
    version,
    status,
    reason,
    counted: state.load!.counted,
  };
}

function attemptRow({ table, run, at: loaded_at, rows, bytes, requests, status, reason }: Attempt): LoadRow {
  const none = { load_id: null, kind: null, version: null, counted: null };
  return { ...none, dataset: datasetOf(table), run, loaded_at, rows, bytes, requests, status, reason };
}

const loadKey = (run: string, table: string): string => `${run} ${table}`;

const datasetOf = (table: string): string => table.slice(table.indexOf('.') + 1);
