/** Tables that were dropped so long ago that nobody asks for them any more. */
import { newestVersion, readCommitInfo } from '../delta/log.js';
import { tableFolder } from '../names.js';
import { listSets, readNewestSet, readSet } from '../sets/run-set.js';
import type { Store } from '../stores/store.js';
import type { RunSet, TableId, ViewState } from '../types.js';
import type { Retention } from './kept-versions.js';

/**
 * No set says that a table is dropped: it was in an earlier one and is not in the newest, and nothing was published in it since. A
 * table that never was in a set is that of a run which was killed; it is left to the next one.
 * @param kept The sets whose versions stay.
 */
export async function droppedTables(
  store: Store,
  folders: readonly TableId[],
  kept: readonly RunSet[],
  { since, bookmarks = {} }: Retention,
): Promise<readonly TableId[]> {
  const newest = await readNewestSet(store);
  const needed = new Set([newest, ...kept].flatMap(namesIn));
  const candidates = folders.filter((table) => !needed.has(table) && (bookmarks[table] ?? []).length === 0);
  const open = new Set(candidates);
  const found: TableId[] = [];
  let next = newest;
  for (const number of [...(await listSets(store))].reverse()) {
    if (open.size === 0) break;
    const set = await readSet(store, number);
    for (const table of namesIn(set).filter((name) => open.has(name))) {
      open.delete(table);
      const at = Date.parse(next!.at);
      if (at < since && (await publishedLast(store, table)) <= at) found.push(table);
    }
    next = set ?? next;
  }
  return found;
}

function namesIn(set: RunSet | undefined): readonly TableId[] {
  return Object.keys({ ...set?.tables, ...set?.views });
}

/** Milliseconds since 1970; 0 where a vacuum that was killed has deleted the log already. */
async function publishedLast(store: Store, table: TableId): Promise<number> {
  const version = await newestVersion(store, table);
  const { timestamp = 0 } = version < 0 ? {} : ((await readCommitInfo(store, table, version)) ?? {});
  const folder = `${tableFolder(table)}/_view`;
  const views = (await store.list(folder)).filter((name) => /^\d+\.json$/.test(name));
  const times = await Promise.all(
    views.map(async (name) => {
      const content = await store.getFixed(`${folder}/${name}`);
      return content === undefined ? 0 : Date.parse((JSON.parse(content.toString('utf8')) as ViewState).at);
    }),
  );
  return Math.max(timestamp, ...times);
}
