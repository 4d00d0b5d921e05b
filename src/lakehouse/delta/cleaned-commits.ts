/**
 * `_lake/cleaned/<version>.json`: what the commits said of themselves that a clean-up of the log has deleted, up to that
 * version. Lake's states stay for ever, and so does the way to them.
 */
import { encodeJson, readJson } from '../json-file.js';
import { tableFolder } from '../names.js';
import type { Store } from '../stores/store.js';
import type { TableId } from '../types.js';
import type { CommitInfo } from './commit-info.js';

export interface CleanedCommit extends CommitInfo {
  readonly version: number;
}

interface CleanedCommits {
  readonly format: 1;
  /** Oldest first. */
  readonly commits: readonly CleanedCommit[];
}

const folderOf = (table: TableId): string => `${tableFolder(table)}/_lake/cleaned`;
const fileOf = (version: number): string => `${String(version).padStart(20, '0')}.json`;

/** Written before the first of these commits is deleted. */
export async function writeCleaned(
  store: Store,
  table: TableId,
  commits: readonly CleanedCommit[],
): Promise<void> {
  const content: CleanedCommits = { format: 1, commits };
  await store.put(`${folderOf(table)}/${fileOf(commits.at(-1)!.version)}`, encodeJson(content));
}

/** Undefined when no clean-up has deleted that version. @throws LakeError LK6021, LK6022 */
export async function readCleaned(
  store: Store,
  table: TableId,
  version: number,
): Promise<CleanedCommit | undefined> {
  const names = await store.list(folderOf(table));
  const name = names.find((one) => one >= fileOf(version));
  if (name === undefined) return undefined;
  const found = await readJson<CleanedCommits>(store, `${folderOf(table)}/${name}`);
  return found?.commits.find((commit) => commit.version === version);
}

/** All of them, oldest first. @throws LakeError LK6021, LK6022 */
export async function listCleaned(store: Store, table: TableId): Promise<readonly CleanedCommit[]> {
  const all: CleanedCommit[] = [];
  for (const name of await store.list(folderOf(table))) {
    const found = await readJson<CleanedCommits>(store, `${folderOf(table)}/${name}`);
    all.push(...(found?.commits ?? []));
  }
  return all;
}
