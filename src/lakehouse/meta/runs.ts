import { compareText } from '../order.js';
import type { Attempt, RunSet } from '../types.js';
import type { LakeHistory, MetaValue } from './history.js';

/**
 * `meta.runs`: one row a run that published a set or judged a load, oldest first.
 * - `run`, `ended_at`: the run, and when its set was published, else when it judged its last load
 * - `set`: number of its set, NULL when it published none; `tables`: tables whose version that set moved
 * - `committed`, `unchanged`, `failed`, `rejected`: its loads by how they ended
 */
export const runsColumns = {
  run: 'VARCHAR',
  ended_at: 'TIMESTAMP WITH TIME ZONE',
  set: 'BIGINT',
  tables: 'BIGINT',
  committed: 'BIGINT',
  unchanged: 'BIGINT',
  failed: 'BIGINT',
  rejected: 'BIGINT',
};

type RunRow = Readonly<Record<keyof typeof runsColumns, MetaValue>>;

/** The rows of `meta.runs`. */
export function runRows({ sets, attempts, loads }: LakeHistory): readonly RunRow[] {
  const loadedBy = loads.map((head) => head.state.load?.run);
  const runs = new Set([...attempts.map((attempt) => attempt.run), ...sets.map((set) => set.run)]);
  const rows = [...runs].map((run) => {
    const index = sets.findLastIndex((set) => set.run === run);
    const judged = attempts.filter((attempt) => attempt.run === run);
    const count = (status: Attempt['status']): number =>
      judged.filter((attempt) => attempt.status === status).length;
    return {
      run,
      ended_at: sets[index]?.at ?? judged.at(-1)?.at,
      set: sets[index]?.number,
      tables: index < 0 ? 0 : movedTables(sets[index]!, sets[index - 1]),
      committed: loadedBy.filter((by) => by === run).length,
      unchanged: count('unchanged'),
      failed: count('failed'),
      rejected: count('rejected'),
    };
  });
  return rows.sort((a, b) => compareText(String(a.ended_at), String(b.ended_at)));
}

function movedTables(set: RunSet, before: RunSet | undefined): number {
  return Object.entries(set.tables).filter(([table, version]) => before?.tables[table] !== version).length;
}
