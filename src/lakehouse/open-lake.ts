/** The lake as the rest of the program sees it. Opening reads nothing; every question reads a few small files. */
import { resolve } from 'node:path';
import type { LakeLocation } from '../project/types.js';
import { commitVersion, describeTable } from './commit.js';
import { checkpointDue } from './delta/checkpoint/due.js';
import { newestVersion } from './delta/log.js';
import { readHead, readVersion, type StoredHead } from './head.js';
import { KnownHeads } from './known-heads.js';
import { findLostFiles } from './lost-files.js';
import { listTableFolders, tableFolder } from './names.js';
import { openingNotes } from './readers/opening-notes.js';
import { completeViews, publishViews, type ViewsOptions } from './readers/publish-views.js';
import { writePages } from './runs/pages.js';
import { writeRunRecord } from './runs/run-record.js';
import { readAttempts, writeAttempt } from './sets/attempts.js';
import { publishNextSet, publishSetWithout, readNewestSet } from './sets/run-set.js';
import { makeStagingFolder, newStagingFile, removeStaging } from './staging.js';
import { LocalStore } from './stores/local.js';
import { isHere, type Store } from './stores/store.js';
import type { Lake, TableHead, TableId } from './types.js';
import { publishView, readView, readViewVersion } from './views/view-log.js';

/**
 * Opens a lake, whether or not anything was ever written to it.
 * @param projectRoot What a relative `path` counts from.
 * @throws LakeError LK6014 where a key file is not there, LK6018 for settings that make no client.
 */
export async function openLake(location: LakeLocation, projectRoot: string): Promise<Lake> {
  if (location.type !== 'local') {
    const { openRemote } = await import('./stores/remote/open-remote.js');
    const store = await openRemote(location, projectRoot);
    return lakeOn(store, store.address, openingNotes(location));
  }
  const root = resolve(projectRoot, location.path!);
  return lakeOn(new LocalStore(root), root);
}

/**
 * A lake on any store.
 * @param opening Comments of `views.sql` that say how to open it.
 */
export function lakeOn(store: Store, root: string, opening: readonly string[] = []): Lake {
  const told = isHere(store) ? <Head>(head: Head) => head : tellSizes(store);
  const known = new KnownHeads(store);
  const views: ViewsOptions = { read: (table, version) => known.read(table, version), opening };
  return {
    root,
    store,
    head: async (table) => known.keep(told(await readHead(store, table, known.since(table)))),
    at: async (table, version) => told(await readVersion(store, table, version)),
    view: (table) => readView(store, table),
    viewAt: (table, version) => readViewVersion(store, table, version),
    publishView: (request) => publishView(store, request),
    tables: () => listTables(store, known),
    stage: (table, run) => makeStagingFolder(store, table, run),
    stageFile: (table, run) => newStagingFile(store, table, run),
    commit: async (request) => known.keep(await commitVersion(store, request)),
    checkpoint: async (heads, run, sql) => {
      // Whatever reads or commits here yields heads with all that is stored of them.
      const due = (heads as readonly StoredHead[]).filter(({ version, state }) =>
        checkpointDue(version, state.checkpoint),
      );
      if (due.length === 0) return [];
      const { writeCheckpoints } = await import('./delta/checkpoint/write-checkpoint.js');
      return writeCheckpoints({ store, sql, run, now: Date.now() }, due);
    },
    newestSet: async () => known.keepSet(await readNewestSet(store)),
    async publishSet(run, tables, tests, ownViews, sql) {
      const set = known.keepSet(await publishNextSet(store, run, { tables, views: ownViews }, tests));
      await publishViews(store, set, { ...views, sql });
      return set;
    },
    async publishSetWithout(run, names) {
      const set = known.keepSet(await publishSetWithout(store, run, new Set(names)));
      await publishViews(store, set, views);
      return set;
    },
    lostFiles: (state) => findLostFiles(store, state),
    describe: async (heads) => {
      for (const head of heads as readonly StoredHead[]) await describeTable(store, head);
    },
    completeSet: (set, sql) => completeViews(store, set, { ...views, sql }),
    recordAttempt: (attempt) => writeAttempt(store, attempt),
    recordPages: (pages) => writePages(store, pages),
    recordRun: (record) => writeRunRecord(store, record),
    attempts: (limit) => readAttempts(store, limit),
    filePath: (table, file) => store.localPath(`${tableFolder(table)}/${file}`),
    unstage: (run) => removeStaging(store, run),
  };
}

/** Tables with at least one version: a first commit that was cut short leaves a folder, and no table. */
async function listTables(store: Store, known: KnownHeads): Promise<readonly TableId[]> {
  const tables = await listTableFolders(store);
  const versions = await Promise.all(tables.map((table) => newestVersion(store, table, known.since(table))));
  return tables.filter((_, index) => versions[index]! >= 0);
}

/** Files of a lake elsewhere are compared with what its state says of them when they are brought here. */
function tellSizes(store: Store) {
  return <Head extends TableHead | undefined>(head: Head): Head => {
    if (head !== undefined) {
      const folder = tableFolder(head.table);
      for (const { path, bytes } of head.state.files) store.expect(`${folder}/${path}`, bytes);
    }
    return head;
  };
}
