/** Where a table's files are written before they are published: `<table>/_staging/<run>/…`, invisible to readers. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { sep } from 'node:path';
import { LakeError } from '../errors/lake-error.js';
import { checkRun, listTableFolders, tableFolder } from './names.js';
import { errno, fileError } from './stores/file-error.js';
import type { Store } from './stores/store.js';
import type { CommitRequest, TableId } from './types.js';

/** A new empty folder on this machine; absolute path. */
export function makeStagingFolder(store: Store, table: TableId, run: string): Promise<string> {
  return store.scratchFolder(`${tableFolder(table)}/_staging/${checkRun(run)}/${randomUUID().slice(0, 8)}`);
}

/** Deletes what a run staged, for tables that were published and those that never were. */
export async function removeStaging(store: Store, run: string): Promise<void> {
  checkRun(run);
  const { staging } = store;
  for (const table of await listTableFolders(staging)) {
    await removeFromTable(staging, `${tableFolder(table)}/_staging`, run);
  }
}

/** Deletes what all others staged. Right only for the run that holds the lock: nobody else works then. */
export async function removeStagingOfOthers({ staging: store }: Store, run: string): Promise<void> {
  for (const table of await listTableFolders(store)) {
    const folder = tableFolder(table);
    if (!(await store.list(folder)).includes('_staging/')) continue;
    const runs = (await store.list(`${folder}/_staging`)).map((name) => name.replace(/\/$/, ''));
    if (!runs.includes(run)) await store.deleteFolder(`${folder}/_staging`);
    else
      for (const other of runs.filter((name) => name !== run))
        await store.deleteFolder(`${folder}/_staging/${other}`);
  }
}

async function removeFromTable(store: Store, staging: string, run: string): Promise<void> {
  const runs = await store.list(staging);
  if (!runs.includes(`${run}/`)) return;
  await store.deleteFolder(runs.length === 1 ? staging : `${staging}/${run}`);
}

/**
 * Every file must lie in the table's staging folder and be as long as its writer said: a crash or a full disk may have
 * cut it.
 * @throws LakeError LK6031
 */
export async function checkStaged(store: Store, { table, files }: CommitRequest): Promise<void> {
  const staging = store.staging.localPath(`${tableFolder(table)}/_staging`) + sep;
  for (const file of files) {
    if (!file.path.startsWith(staging))
      throw badFile(table, file.path, 'does not lie in the staging folder of the table');
    const bytes = sizeOf(file.path);
    if (bytes === undefined) throw badFile(table, file.path, 'is missing');
    if (bytes !== file.bytes) throw badFile(table, file.path, `has ${bytes} bytes instead of ${file.bytes}`);
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw fileError(error, 'read', path);
  }
}

function badFile(table: TableId, path: string, what: string): LakeError {
  return new LakeError('LK6031', `${table}: the staged file ${path} ${what}`, {
    hint: 'Run again; when it happens twice, check the disk.',
    details: { table, path },
  });
}
