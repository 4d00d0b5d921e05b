/** Which versions of a table somebody may still read. */
import { listAllVersions, listVersions, readCommitInfo } from '../delta/log.js';
import { inParallel } from '../in-parallel.js';
import { listSets, readSet } from '../sets/run-set.js';
import type { Store } from '../stores/store.js';
import type { RunSet, TableId } from '../types.js';

export interface Retention {
  /** Versions that were current at this time or later stay. Milliseconds since 1970. */
  readonly since: number;
  /** The versions of so many newest sets stay; at least the newest one's. */
  readonly sets: number;
  /** Table → versions that stay whatever their age, beside those that publish targets hold (`bookmarks/`). */
  readonly bookmarks?: Readonly<Record<TableId, readonly number[]>>;
}

/** The sets whose versions stay, oldest first. */
export async function keptSets(store: Store, { sets }: Retention): Promise<readonly RunSet[]> {
  const numbers = (await listSets(store)).slice(-Math.max(1, sets));
  const read = await Promise.all(numbers.map((number) => readSet(store, number)));
  return read.filter((set) => set !== undefined);
}

/**
 * The newest version, all that were current since then, those of the sets and those with a bookmark, oldest first.
 * @throws LakeError LK6021 where a commit is damaged.
 */
export async function keptVersions(
  store: Store,
  table: TableId,
  sets: readonly RunSet[],
  { since, bookmarks = {} }: Retention,
): Promise<readonly number[]> {
  const versions = await listAllVersions(store, table);
  const named = [...sets.flatMap(({ tables }) => tables[table] ?? []), ...(bookmarks[table] ?? [])];
  const kept = new Set(named.filter((version) => versions.includes(version)));
  const came = await timesOf(store, table);
  for (const version of [...versions].reverse()) {
    kept.add(version);
    // It was the current one until the next came: those before it had been replaced by then.
    if ((came.get(version) ?? 0) < since) break;
  }
  return [...kept].sort((a, b) => a - b);
}

/** Commits of one table that are read at once: a bucket answers each after a while. */
const READ_AT_ONCE = 16;

/** When the versions of the log came, none before the one before it: a clock that went back made no version older. */
async function timesOf(store: Store, table: TableId): Promise<ReadonlyMap<number, number>> {
  const versions = await listVersions(store, table);
  const written = new Map<number, number>();
  await inParallel(READ_AT_ONCE, versions, async (version) => {
    const { timestamp = 0 } = (await readCommitInfo(store, table, version)) ?? {};
    written.set(version, timestamp);
  });
  const times = new Map<number, number>();
  let latest = 0;
  for (const version of versions) {
    latest = Math.max(latest, written.get(version)!);
    times.set(version, latest);
  }
  return times;
}
