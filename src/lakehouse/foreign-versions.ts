/**
 * Versions that another program put on top of lake's newest one. Rows that it wrote into a table which lake computes are
 * not lake's: they are told, and the next commit takes them back. Files that it only rearranged are taken over.
 */
import { LakeError } from '../errors/lake-error.js';
import type { CommitInfo } from './delta/commit-info.js';
import { parseCommitInfo } from './delta/commit-info.js';
import {
  type ForeignCommit,
  type ForeignFile,
  parseForeignCommit,
  writerOf,
} from './delta/foreign-commit.js';
import { logFile, ownState, readCommitInfo } from './delta/log.js';
import type { TableMetadata } from './delta/metadata.js';
import { protocolOf } from './delta/protocol.js';
import { tableFolder } from './names.js';
import { readState, type StoredState } from './state-file.js';
import type { Store } from './stores/store.js';
import type { DataFile, ForeignVersion, TableId } from './types.js';

export interface ForeignTail {
  /** Of lake's newest version, with Delta's metadata as the others left it. */
  readonly state: StoredState;
  /** Oldest first; none where a checkpoint is all that another program left of lake's newest version. */
  readonly foreign: readonly ForeignVersion[];
  /** The files that the log adds up to. */
  readonly active: readonly DataFile[];
  /** Whether the log's metadata are no longer those of lake. */
  readonly redefined: boolean;
}

/**
 * What lies between lake's newest version and this one, which is another program's.
 * @throws LakeError LK6023 where no version of lake is below it, LK6021 for a damaged commit, LK6025, LK6026 for what lake
 * cannot read, LK6020 to LK6022 for lake's own state.
 */
export async function readForeignTail(store: Store, table: TableId, version: number): Promise<ForeignTail> {
  const commits: ForeignCommit[] = [];
  for (let v = version; v >= 0; v--) {
    const content = await store.getFixed(logFile(table, v));
    if (content === undefined) {
      const base = await belowTheLog(store, table, v);
      if (base === undefined) throw notLakes(table, version, commits.at(0)?.info);
      return replay(base.state, [...base.commits, ...commits.reverse()]);
    }
    const text = content.toString('utf8');
    const info = parsed(store, table, v, () => parseCommitInfo(text));
    if (info.lake) return replay(await readState(store, table, v, info.lake), commits.reverse());
    const place = store.place(tableFolder(table));
    commits.push(parsed(store, table, v, () => parseForeignCommit(text, { table, version: v, place })));
  }
  throw notLakes(table, version, commits.at(0)?.info);
}

/** Lake's newest state up to a version whose commit is gone, and what came after it. */
async function belowTheLog(
  store: Store,
  table: TableId,
  version: number,
): Promise<{ readonly state: StoredState; readonly commits: readonly ForeignCommit[] } | undefined> {
  const cleaned = await readCommitInfo(store, table, version);
  if (cleaned?.lake) return { state: await readState(store, table, version, cleaned.lake), commits: [] };
  const { readCheckpoint } = await import('./delta/checkpoint/read-checkpoint.js');
  const checkpoint = await readCheckpoint(store, table, version);
  if (checkpoint === undefined) return undefined;
  const { own, whole } = checkpoint;
  const origin = await ownState(store, table, own);
  if (origin === undefined) return undefined;
  const state = await readState(store, table, own, origin);
  const there = new Set(whole.added.map(({ path }) => path));
  const removed = state.files.map(({ path }) => path).filter((path) => !there.has(path));
  const same = own === version && removed.length === 0 && there.size === state.files.length;
  return { state, commits: same ? [] : [{ ...whole, removed }] };
}

/** Whether any of these versions changed rows. */
export function changesRows(foreign: readonly ForeignVersion[]): boolean {
  return foreign.some(({ dataChange }) => dataChange);
}

function replay(state: StoredState, commits: readonly ForeignCommit[]): ForeignTail {
  const active = new Map(state.files.map((file) => [file.path, file]));
  let { delta } = state;
  let redefined = false;
  const foreign = commits.map((commit): ForeignVersion => {
    const fresh = commit.added.filter((file) => !active.has(file.path));
    const gone = commit.removed.flatMap((path) => active.get(path) ?? []);
    for (const { path } of gone) active.delete(path);
    for (const file of fresh) active.set(file.path, dataFile(file));
    redefined ||= commit.properties !== undefined;
    delta = withMetadata(delta, commit);
    const addedRows = sum(fresh.map(({ rows }) => rows));
    const removedRows = sum(gone.map(({ rows }) => rows));
    return {
      version: commit.version,
      writer: writerOf(commit.info),
      operation: commit.info.operation,
      ...(commit.info.timestamp > 0 && { at: new Date(commit.info.timestamp).toISOString() }),
      addedFiles: fresh.length,
      removedFiles: gone.length,
      ...(addedRows !== undefined && { addedRows }),
      ...(removedRows !== undefined && { removedRows }),
      // Whatever it says of itself: rows that are as many before and after may have been rearranged, others were not.
      dataChange: commit.dataChange || addedRows === undefined || addedRows !== removedRows,
    };
  });
  return { state: { ...state, delta }, foreign, active: [...active.values()], redefined };
}

/** Undefined where one is not known. */
function sum(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce((all, one) => (all === undefined || one === undefined ? undefined : all + one), 0);
}

function dataFile({ path, uri, bytes, rows = 0, partition }: ForeignFile): DataFile {
  return { path, ...(uri && { uri }), rows, bytes, ...(partition && { partition }), foreign: true };
}

/** Properties of Delta are everybody's; those of lake are its own. A protocol is never lowered. */
function withMetadata(delta: TableMetadata, { protocol, properties }: ForeignCommit): TableMetadata {
  const own = Object.entries(delta.properties).filter(([name]) => !name.startsWith('delta.'));
  const theirs = Object.entries(properties ?? {}).filter(([name]) => name.startsWith('delta.'));
  const raised = protocol && JSON.stringify(protocol) !== JSON.stringify(protocolOf(delta));
  return {
    ...delta,
    ...(properties && { properties: Object.fromEntries([...own, ...theirs]) }),
    ...(raised && { protocol }),
  };
}

function parsed<T>(store: Store, table: TableId, version: number, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof LakeError) throw cause;
    const path = store.place(logFile(table, version));
    throw new LakeError('LK6021', `${table}: version ${version} is damaged: ${path} is not a Delta commit`, {
      hint: `Restore the file from a backup, or move the table's folder away and build it again.`,
      details: { table, version, path },
      cause,
    });
  }
}

function notLakes(table: TableId, version: number, info: CommitInfo | undefined): LakeError {
  const writer = info ? writerOf(info) : 'another program';
  return new LakeError(
    'LK6023',
    `${table}: version ${version} was written by ${writer}, and no version of lake is left below it`,
    {
      hint: 'Move the folder of this table away and build it again.',
      details: { table, version, engineInfo: info?.engineInfo, operation: info?.operation },
    },
  );
}
