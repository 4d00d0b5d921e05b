import { compareText } from '../order.js';
import type { AcceptedGuard, LoadRecord, TableHead } from '../types.js';
import type { LakeHistory, MetaValue } from './history.js';

/**
 * `meta.accepted`: one row a guard that `--accept` passed over, oldest first; a guard that was accepted trips again on any other content.
 * - `dataset`, `load_id`, `run`: the load that was published all the same, and the run that brought it
 * - `guard`, `layer`: which guard; `bronze` for those that judge a load, `silver` for those that judge its rows
 * - `accepted_at`, `accepted_by`: when, and by which user of the machine (NULL where that has no name)
 * - `content_hash`: of the content that was accepted: SHA-256 of its body, or of its bodies' hashes
 */
export const acceptedColumns = {
  dataset: 'VARCHAR',
  load_id: 'VARCHAR',
  run: 'VARCHAR',
  guard: 'VARCHAR',
  layer: 'VARCHAR',
  accepted_at: 'TIMESTAMP WITH TIME ZONE',
  accepted_by: 'VARCHAR',
  content_hash: 'VARCHAR',
};

export type AcceptedRow = Readonly<Record<keyof typeof acceptedColumns, MetaValue>>;

/** The rows of `meta.accepted`. */
export function acceptedRows({
  loads,
  accepting,
}: Pick<LakeHistory, 'loads' | 'accepting'>): readonly AcceptedRow[] {
  const rows = new Map<string, AcceptedRow>();
  const add = (head: TableHead, load: LoadRecord | undefined, guards: readonly AcceptedGuard[] = []) => {
    const [layer, dataset] = head.table.split('.') as [string, string];
    for (const { guard, hash, at, by } of guards) {
      // Later versions of the same content carry what was accepted on.
      const key = JSON.stringify([head.table, guard, hash, at]);
      if (rows.has(key)) continue;
      rows.set(key, {
        dataset,
        load_id: load?.loadId,
        run: load?.run,
        guard,
        layer,
        accepted_at: at ?? head.state.at,
        accepted_by: by,
        content_hash: hash,
      });
    }
  };
  for (const head of loads) add(head, head.state.load, head.state.load!.accepted);
  for (const head of accepting) add(head, loadBehind(head, loads), head.state.accepted);
  return [...rows.values()].sort((a, b) => compareText(String(a.accepted_at), String(b.accepted_at)));
}

/** The load that a version of silver was the first to be built from: that of its run, else the newest that it read. */
function loadBehind({ table, state }: TableHead, loads: readonly TableHead[]): LoadRecord | undefined {
  const bronze = table.replace('silver.', 'bronze.');
  const version = Number(state.inputs[bronze] ?? -1);
  const own = loads.filter((load) => load.table === bronze);
  const sameRun = own.find((load) => load.state.load?.run === state.run);
  return (sameRun ?? own.filter((load) => load.version <= version).at(-1))?.state.load;
}
