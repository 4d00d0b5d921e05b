import { compareText } from '../order.js';
import type { Attempt, RunSet } from '../types.js';
import type { LakeHistory, MetaValue } from './history.js';

/**
 * `meta.runs`: one row a run that held the lake, oldest first.
 * - `run`, `command`: its name, and `build`, `run`, `fetch` or `test`
 * - `started_at`, `ended_at`, `exit_code`: NULL but for `ended_at` when it was killed before it wrote its record; `ended_at` is
 *   then when its set was published, else when it last judged or committed a load
 * - `requests`: HTTP requests in all; `nodes`: nodes that were selected
 * - `set`: number of its set, NULL when it published none; `tables`: tables and views whose version that set moved
 * - `committed`, `unchanged`, `failed`, `rejected`: its loads by how they ended
 */
export const runsColumns = {
  run: 'VARCHAR',
  command: 'VARCHAR',
  started_at: 'TIMESTAMP WITH TIME ZONE',
  ended_at: 'TIMESTAMP WITH TIME ZONE',
  exit_code: 'BIGINT',
  requests: 'BIGINT',
  nodes: 'BIGINT',
  set: 'BIGINT',
  tables: 'BIGINT',
  committed: 'BIGINT',
  unchanged: 'BIGINT',
  failed: 'BIGINT',
  rejected: 'BIGINT',
};

type RunRow = Readonly<Record<keyof typeof runsColumns, MetaValue>>;

/** The rows of `meta.runs`. */
export function runRows({ sets, attempts, loads, runs: records }: LakeHistory): readonly RunRow[] {
  const loaded = loads.flatMap(({ state }) => (state.load ? [{ run: state.load.run, at: state.at }] : []));
  const runs = new Set([...attempts, ...sets, ...records, ...loaded].map((one) => one.run));
  const recordOf = new Map(records.map((record) => [record.run, record]));
  const rows = [...runs].map((run) => {
    const index = sets.findLastIndex((set) => set.run === run);
    const judged = attempts.filter((attempt) => attempt.run === run);
    const own = loaded.filter((load) => load.run === run);
    const lastSign = [...judged, ...own]
      .map((one) => one.at)
      .sort(compareText)
      .at(-1);
    const count = (status: Attempt['status']): number =>
      judged.filter((attempt) => attempt.status === status).length;
    const record = recordOf.get(run);
    return {
      run,
      command: record?.command,
      started_at: record?.startedAt,
      ended_at: record?.endedAt ?? sets[index]?.at ?? lastSign,
      exit_code: record?.exitCode,
      requests: record?.requests,
      nodes: record && Object.values(record.nodes).reduce((sum, n) => sum + n, 0),
      set: sets[index]?.number,
      tables: index < 0 ? 0 : movedTables(sets[index]!, sets[index - 1]),
      committed: own.length,
      unchanged: count('unchanged'),
      failed: count('failed'),
      rejected: count('rejected'),
    };
  });
  return rows.sort((a, b) => compareText(String(a.ended_at), String(b.ended_at)));
}

function movedTables(set: RunSet, before: RunSet | undefined): number {
  const tables = Object.entries(set.tables).filter(([name, version]) => before?.tables[name] !== version);
  const views = Object.entries(set.views ?? {}).filter(
    ([name, version]) => before?.views?.[name] !== version,
  );
  return tables.length + views.length;
}
