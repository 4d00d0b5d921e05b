/** What the system tables are made of: the lake's small JSON files, read once. */
import { listAllVersions } from '../delta/log.js';
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
  /** Every version of silver for which a guard was accepted, by table, oldest first. */
  readonly accepting: readonly TableHead[];
}

/** A value of a system table's row, before it becomes text. */
export type MetaValue = string | number | boolean | null | undefined;

/** @throws LakeError LK6020 to LK6023 when a file is damaged: system tables with holes would mislead. */
export async function readHistory(store: Store): Promise<LakeHistory> {
  const sets = await Promise.all((await listSets(store)).map((number) => readSet(store, number)));
  const known = sets.filter((set) => set !== undefined);
  const newest = Object.entries(known.at(-1)?.tables ?? {});
  const current = await Promise.all(newest.map(([table, version]) => readVersion(store, table, version)));
  const tables = await listTableFolders(store);
  const [attempts, runs, loads, accepting] = await Promise.all([
    readAttempts(store),
    readRunRecords(store),
    // A commit that only moved validators may name the load before it once more.
    readVersions(store, tables, 'bronze.', ({ state }, before) =>
      Boolean(state.load && state.load.loadId !== before?.state.load?.loadId),
    ),
    readVersions(store, tables, 'silver.', ({ state }) => Boolean(state.accepted)),
  ]);
  return { sets: known, attempts: [...attempts].reverse(), runs, current, loads, accepting };
}

/** The versions that are wanted of a layer's tables, by table, oldest first. */
async function readVersions(
  store: Store,
  tables: readonly string[],
  layer: string,
  wanted: (head: TableHead, before: TableHead | undefined) => boolean,
): Promise<readonly TableHead[]> {
  const found: TableHead[] = [];
  for (const table of tables.filter((name) => name.startsWith(layer))) {
    const versions = await listAllVersions(store, table);
    const heads = await Promise.all(versions.map((version) => readVersion(store, table, version)));
    found.push(...heads.filter((head, i) => wanted(head, heads[i - 1])));
  }
  return found;
}
