/** Reads a table at one version: one commit and one state file, without an engine. */
import { LakeError } from '../errors/lake-error.js';
import type { CommitInfo } from './delta/commit-info.js';
import { newestVersion, readCommitInfo } from './delta/log.js';
import { readState, type StoredState } from './state-file.js';
import type { Store } from './stores/store.js';
import type { TableHead, TableId } from './types.js';

/** A head as lake itself reads it, with Delta's metadata. */
export interface StoredHead extends TableHead {
  readonly state: StoredState;
}

/** The newest version, undefined when the table was never committed. @throws LakeError LK6020 to LK6023 */
export async function readHead(store: Store, table: TableId): Promise<StoredHead | undefined> {
  const version = await newestVersion(store, table);
  return version < 0 ? undefined : readVersion(store, table, version);
}

/** @throws LakeError LK6020 to LK6023; LK6024 when there is no such version. */
export async function readVersion(store: Store, table: TableId, version: number): Promise<StoredHead> {
  const info = await readCommitInfo(store, table, version);
  if (info === undefined) {
    throw new LakeError('LK6024', `${table} has no version ${version}`, {
      hint: 'Ask for a version that the table still has.',
      details: { table, version },
    });
  }
  if (info.lake === undefined) throw foreignVersion(table, version, info);
  return { table, version, state: await readState(store, table, version, info.lake) };
}

function foreignVersion(table: TableId, version: number, info: CommitInfo): LakeError {
  const writer = info.engineInfo || 'another program';
  return new LakeError(
    'LK6023',
    `${table}: version ${version} was written by ${writer}, so that lake has no state for it`,
    {
      hint: 'Let only lake write its tables: move the folder of this table away and build it again.',
      details: { table, version, engineInfo: info.engineInfo, operation: info.operation },
    },
  );
}
