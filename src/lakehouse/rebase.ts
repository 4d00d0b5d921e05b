/** Whether a commit can go on top of versions that others published since its base. */
import { isDeepStrictEqual } from 'node:util';
import { LakeError } from '../errors/lake-error.js';
import { readCommitInfo } from './delta/log.js';
import { readHead, readVersion, type StoredHead } from './head.js';
import type { Store } from './stores/store.js';
import type { CommitRequest, TableId } from './types.js';

/**
 * The head to go on from: versions that only moved state (a validator, a description, a test's record) or rearranged files
 * are no conflict.
 * @throws LakeError LK6030 (transient) that names the winner where rows came or went, or a portal's cursor moved.
 */
export async function rebased(store: Store, request: CommitRequest): Promise<StoredHead> {
  const { table, base } = request;
  const newest = await readHead(store, table, base);
  if (base < 0 || newest === undefined || newest.version <= base)
    throw await conflict(store, table, base + 1);
  const before = await readVersion(store, table, base);
  const foreign = new Map(newest.foreign?.map((version) => [version.version, version]));
  for (let version = base + 1; version <= newest.version; version++) {
    const others = foreign.get(version);
    const moved = others ? others.dataChange : await movedRows(store, before, version);
    if (moved) throw await conflict(store, table, version);
  }
  // Of a file that is one with others now, the rows can no longer be left out.
  const there = new Set(newest.state.files.map(({ path }) => path));
  if (request.without?.some((path) => !there.has(path))) throw await conflict(store, table, newest.version);
  return newest;
}

/** Whether a version of lake, or of another program before one of lake, is more than another state of the same rows. */
async function movedRows(store: Store, before: StoredHead, version: number): Promise<boolean> {
  const { state, foreign } = await readVersion(store, before.table, version);
  if (foreign?.some(({ dataChange }) => dataChange)) return true;
  const { dataVersion, parts, rejected } = before.state;
  return (
    state.dataVersion !== dataVersion ||
    !isDeepStrictEqual(state.parts, parts) ||
    !isDeepStrictEqual(state.rejected, rejected)
  );
}

/** Says who was first, as far as the log tells. */
export async function conflict(store: Store, table: TableId, version: number): Promise<LakeError> {
  const winner = await readCommitInfo(store, table, version);
  const by = winner?.lake ? `run ${winner.lake.run}` : winner?.engineInfo || 'another program';
  const what = winner
    ? `version ${version} was published by ${by} at ${new Date(winner.timestamp).toISOString()}, while this run was working`
    : `version ${version - 1}, from which this run started, is no longer the newest`;
  return new LakeError('LK6030', `${table}: ${what}`, {
    hint: 'Run the same command again: it starts from the newest version.',
    transient: true,
    details: { table, base: version - 1, run: winner?.lake?.run, publishedAt: winner?.timestamp },
  });
}
