/**
 * Where a run writes files before they are published: `_staging/<run>/`, invisible to readers. One folder for all tables of a run,
 * because making and removing folders is most of what publishing a small table costs.
 */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { LakeError } from '../errors/lake-error.js';
import { checkRun, tableFolder } from './names.js';
import { errno, fileError } from './stores/file-error.js';
import type { Store } from './stores/store.js';
import type { CommitRequest, TableId } from './types.js';

/** Folder of all runs, in a store's staging place. */
export const STAGING = '_staging';

/** A new empty folder on this machine; absolute path. @throws LakeError LK6010 */
export function makeStagingFolder({ staging }: Store, table: TableId, run: string): Promise<string> {
  return staging.scratchFolder(`${STAGING}/${checkRun(run)}/${newName(table)}`);
}

/** Where one file can be written on this machine; absolute path, nothing is there. @throws LakeError LK6010 */
export async function newStagingFile({ staging }: Store, table: TableId, run: string): Promise<string> {
  const folder = await staging.scratchFolder(`${STAGING}/${checkRun(run)}`);
  return join(folder, `${newName(table)}.parquet`);
}

/** Deletes what a run staged, for tables that were published and those that never were. */
export async function removeStaging({ staging }: Store, run: string): Promise<void> {
  await staging.deleteFolder(`${STAGING}/${checkRun(run)}`);
}

/** Deletes what all others staged. Right only for the run that holds the lock: nobody else works then. */
export async function removeStagingOfOthers({ staging }: Store, run: string): Promise<void> {
  const runs = (await staging.list(STAGING)).map((name) => name.replace(/\/$/, ''));
  for (const other of runs.filter((name) => name !== run)) await staging.deleteFolder(`${STAGING}/${other}`);
}

/** No table has a `~` in its name, so that none begins with another's. */
function newName(table: TableId): string {
  tableFolder(table);
  return `${table}~${randomUUID().slice(0, 8)}`;
}

/**
 * Every file must have been staged for the table and be as long as its writer said: a crash or a full disk may have
 * cut it.
 * @throws LakeError LK6031
 */
export async function checkStaged(
  store: Store,
  { table, files }: Pick<CommitRequest, 'table' | 'files'>,
): Promise<void> {
  const staging = store.staging.localPath(STAGING) + sep;
  for (const file of files) {
    const [, name] = file.path.startsWith(staging) ? file.path.slice(staging.length).split(sep) : [];
    if (!name?.startsWith(`${table}~`)) throw badFile(table, file.path, 'was not staged for the table');
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
