/** Deletes what no reader needs any more, while no run works in the lake. */
import { inParallel } from '../in-parallel.js';
import { withLeaseAtOnce } from '../leases/run-lease.js';
import type { Store } from '../stores/store.js';
import type { TableId } from '../types.js';
import { findGarbage, type Garbage } from './find-garbage.js';
import type { Retention } from './kept-versions.js';

export interface VacuumOptions extends Retention {
  /** Name of the vacuum as a run, and the absolute folder of its project: for its lease. */
  readonly run: string;
  readonly folder: string;
  /** All tables, and what runs staged, where left out. */
  readonly tables?: readonly TableId[];
  /** Look only; no lease is taken, so that a run at work may be told as garbage what it is about to publish. */
  readonly dryRun: boolean;
}

/** Files deleted at once. */
const AT_ONCE = 16;

/**
 * @returns What was deleted, or would be.
 * @throws LakeError LK6040 (transient) while a run works; LK6020 to LK6026 where a version that stays cannot be read.
 */
export async function vacuum(store: Store, options: VacuumOptions): Promise<readonly Garbage[]> {
  const { run, folder, tables, dryRun } = options;
  const look = () => findGarbage(store, options, run, tables);
  if (dryRun) return look();
  return withLeaseAtOnce({ store }, { run, folder, tables }, async (lost) => {
    const garbage = await look();
    await inParallel(AT_ONCE, garbage, async (one) => {
      if (!lost.aborted) await remove(store, one);
    });
    return garbage;
  });
}

async function remove(store: Store, { key, staged, folder, unfinished }: Garbage): Promise<void> {
  if (unfinished) return store.discard(unfinished);
  const place = staged ? store.staging : store;
  if (!folder) return place.delete(key);
  // A table whose log is gone is none: no reader meets it with half of its files.
  await place.deleteFolder(`${key}/_delta_log`);
  await place.deleteFolder(key);
}
