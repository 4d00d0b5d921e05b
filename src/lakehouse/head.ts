/** Reads a table at one version: one commit and one state file, without an engine. */
import { LakeError } from '../errors/lake-error.js';
import { isCheckpointed, newestVersion, readCommitInfo } from './delta/log.js';
import { changesRows, type ForeignTail, readForeignTail } from './foreign-versions.js';
import { findLostFiles } from './lost-files.js';
import { readState, type StoredState } from './state-file.js';
import type { Store } from './stores/store.js';
import type { DataFile, TableHead, TableId } from './types.js';

/** A head as lake itself reads it, with Delta's metadata. */
export interface StoredHead extends TableHead {
  readonly state: StoredState;
  /** Where other programs wrote last: the files that the log adds up to, whatever lake's state says. */
  readonly active?: readonly DataFile[];
  /** Other programs changed the log's metadata. */
  readonly redefined?: boolean;
}

/**
 * The newest version, undefined when the table was never committed. Where another program wrote it, the state is still
 * lake's own: rows that others brought or took do not count.
 * @param known As of `newestVersion`.
 * @throws LakeError LK6020 to LK6026
 */
export async function readHead(
  store: Store,
  table: TableId,
  known?: number,
): Promise<StoredHead | undefined> {
  const version = await newestVersion(store, table, known);
  if (version < 0) return undefined;
  return (await readOwn(store, table, version)) ?? ownView(store, await readForeign(store, table, version));
}

/**
 * A version as every reader sees it, whoever wrote it.
 * @throws LakeError LK6020 to LK6026; LK6024 when there is no such version.
 */
export async function readVersion(store: Store, table: TableId, version: number): Promise<StoredHead> {
  const own = await readOwn(store, table, version);
  if (own) return own;
  const { head, tail } = await readForeign(store, table, version);
  return { ...head, state: withFiles(tail, version) };
}

/** Undefined where another program wrote the version. */
async function readOwn(store: Store, table: TableId, version: number): Promise<StoredHead | undefined> {
  const info = await readCommitInfo(store, table, version);
  if (info === undefined) {
    if (await isCheckpointed(store, table, version)) return undefined;
    throw new LakeError('LK6024', `${table} has no version ${version}`, {
      hint: 'Ask for a version that the table still has.',
      details: { table, version },
    });
  }
  if (info.lake === undefined) return undefined;
  return { table, version, state: await readState(store, table, version, info.lake) };
}

interface ForeignHead {
  readonly head: StoredHead;
  readonly tail: ForeignTail;
}

async function readForeign(store: Store, table: TableId, version: number): Promise<ForeignHead> {
  const tail = await readForeignTail(store, table, version);
  const { state, foreign, active, redefined } = tail;
  const others = foreign.length > 0 && { foreign };
  return { head: { table, version, state, ...others, active, ...(redefined && { redefined }) }, tail };
}

/**
 * Rearranged files are taken over: their rows are the same. Not in bronze, whose files are those of their loads: there they
 * stand as long as they lie in the lake, and are put back by the next commit.
 */
async function ownView(store: Store, { head, tail }: ForeignHead): Promise<StoredHead> {
  const { state, foreign, active } = tail;
  if (!changesRows(foreign) && !head.table.startsWith('bronze.'))
    return { ...head, state: withFiles(tail, head.version) };
  const there = new Set(active.map(({ path }) => path));
  const files = state.files.filter(({ path }) => !there.has(path));
  const lost = await findLostFiles(store, { ...state, files });
  return lost.length === 0 ? head : { ...head, lost: true };
}

function withFiles({ state, active }: ForeignTail, version: number): StoredState {
  return {
    ...state,
    version,
    files: active,
    rows: active.reduce((sum, file) => sum + file.rows, 0),
    bytes: active.reduce((sum, file) => sum + file.bytes, 0),
  };
}
