/**
 * Dropping: a set without the tables. Nothing of theirs is deleted with it: whoever asks for an earlier set still reads them, a model
 * or dataset of that name goes on from them, and `vacuum` deletes them once its retention is over.
 */
import { LakeError } from '../../errors/lake-error.js';
import { withLeaseAtOnce } from '../leases/run-lease.js';
import type { Lake, RunSet, TableId } from '../types.js';
import { readNewestSet } from './run-set.js';

export interface DropRequest {
  /** Tables and views of the newest set. */
  readonly names: readonly TableId[];
  /** Name of the drop as a run, and the absolute folder of its project: for its lease, which is one of the whole lake. */
  readonly run: string;
  readonly folder: string;
}

/**
 * @throws LakeError LK6040 (transient) while a run works; LK6028 where a view that stays reads what would go.
 */
export async function dropTables(lake: Lake, { names, run, folder }: DropRequest): Promise<RunSet> {
  return withLeaseAtOnce(lake, { run, folder }, async () => {
    await checkReaders(lake, names);
    return lake.publishSetWithout(run, names);
  });
}

/** A view that is published is readable as long as what it reads is. @throws LakeError LK6028 */
export async function checkReaders(lake: Lake, names: readonly TableId[]): Promise<void> {
  const set = await readNewestSet(lake.store);
  const staying = Object.entries(set?.views ?? {}).filter(([view]) => !names.includes(view));
  for (const [view, version] of staying) {
    const { state } = await lake.viewAt(view, version);
    const below = [state, ...Object.values(state.ephemerals)].flatMap(({ reads }) => reads);
    const read = names.find((name) => below.includes(name));
    if (read === undefined) continue;
    throw new LakeError(
      'LK6028',
      `${read} cannot be dropped: the view ${view} reads it, as it is published`,
      {
        hint: `Build the view again if it reads something else by now, \`lake build --select ${view}\`; else drop both.`,
        details: { table: read, view },
      },
    );
  }
}
