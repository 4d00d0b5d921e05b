/** What the system tables are made of: the lake's small JSON files, read once. */
import { listVersions } from '../delta/log.js';
import { readVersion } from '../head.js';
import { listTableFolders } from '../names.js';
import { readRunRecords } from '../runs/run-record.js';
import { readAttempts } from '../sets/attempts.js';
import { listSets, readSet } from '../sets/run-set.js';
import type { Store } from '../stores/store.js';
import type { Attempt, RunRecord, RunSet, TableHead } from '../types.js';

export interface LakeHistory {
  /** Oldest first. */
  readonly sets: readonly RunSet[];
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
  /** Runs that left a record of their own, oldest first. */
  readonly runs: readonly RunRecord[];
  /** The tables of the newest set, at its versions. */
  readonly current: readonly TableHead[];
  /** Every version that brought a load, by table, oldest first. */
  readonly loads: readonly TableHead[];
}

/** A value of a system table's row, before it becomes text. */
export type MetaValue = string | number | boolean | null | undefined;

/** @throws LakeError LK6020 to LK6023 when a file is damaged: system tables with holes would mislead. */
export async function readHistory(store: Store): Promise<LakeHistory> {
  const sets = await Promise.all((await listSets(store)).map((number) => readSet(store, number)));
  const known = sets.filter((set) => set !== undefined);
  const newest = Object.entries(known.at(-1)?.tables ?? {});
  const current = await Promise.all(newest.map(([table, version]) => readVersion(store, table, version)));
  const [attempts, runs, loads] = await Promise.all([
    readAttempts(store),
    readRunRecords(store),
    readLoads(store),
  ]);
  return { sets: known, attempts: [...attempts].reverse(), runs, current, loads };
}

async function readLoads(store: Store): Promise<readonly TableHead[]> {
  const bronze = (await listTableFolders(store)).filter((table) => table.startsWith('bronze.'));
  const loads: TableHead[] = [];
  for (const table of bronze) {
    const versions = await listVersions(store, table);
    const heads = await Promise.all(versions.map((version) => readVersion(store, table, version)));
    // A commit that only moved validators may name the load before it once more.
    loads.push(
      ...heads.filter(({ state }, i) => state.load && state.load.loadId !== heads[i - 1]?.state.load?.loadId),
    );
  }
  return loads;
}
