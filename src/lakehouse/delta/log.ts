/** Reading a table's log: which versions there are, and where each one's state lies. Nothing is ever replayed. */
import { LakeError } from '../../errors/lake-error.js';
import { tableFolder } from '../names.js';
import type { Store } from '../stores/store.js';
import type { TableId } from '../types.js';

/** What lake's own commits carry in their `commitInfo`, beside Delta's fields. */
export interface CommitOrigin {
  readonly run: string;
  /** Path of the state file, relative to the table's folder. */
  readonly state: string;
  readonly sha256: string;
}

export interface CommitInfo {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly operation: string;
  readonly engineInfo: string;
  readonly txnId: string;
  /** Undefined when another program wrote the version. */
  readonly lake?: CommitOrigin;
}

/** Key of a version's commit in the store: 20 digits, as Delta's protocol has it. */
export function logFile(table: TableId, version: number): string {
  return `${tableFolder(table)}/_delta_log/${String(version).padStart(20, '0')}.json`;
}

/** All versions that the log still names, oldest first; no checkpoint, no temporary file. */
export async function listVersions(store: Store, table: TableId): Promise<readonly number[]> {
  const names = await store.list(`${tableFolder(table)}/_delta_log`);
  return names.filter((name) => /^\d{20}\.json$/.test(name)).map((name) => Number(name.slice(0, 20)));
}

/** -1 when there is none. */
export async function newestVersion(store: Store, table: TableId): Promise<number> {
  return (await listVersions(store, table)).at(-1) ?? -1;
}

/**
 * The `commitInfo` of one version; undefined when there is no such version.
 * @throws LakeError LK6021 when the file is not a Delta commit.
 */
export async function readCommitInfo(
  store: Store,
  table: TableId,
  version: number,
): Promise<CommitInfo | undefined> {
  const key = logFile(table, version);
  const content = await store.get(key);
  if (content === undefined) return undefined;
  try {
    // Lake and Spark write it first, delta-rs last.
    const lines = content.toString('utf8').trim().split('\n');
    const actions = lines.filter((line) => line.startsWith('{"commitInfo"')).map((line) => JSON.parse(line));
    JSON.parse(lines.at(-1)!);
    return { timestamp: 0, operation: '', engineInfo: '', txnId: '', ...actions[0]?.commitInfo };
  } catch (cause) {
    throw new LakeError(
      'LK6021',
      `${table}: version ${version} is damaged: ${store.place(key)} is not a Delta commit`,
      {
        hint: `Restore the file from a backup, or move the table's folder away and build it again.`,
        details: { table, version, path: store.place(key) },
        cause,
      },
    );
  }
}
