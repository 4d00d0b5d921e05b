/** Reading a table's log: which versions there are, and where each one's state lies. */
import { LakeError } from '../../errors/lake-error.js';
import { tableFolder } from '../names.js';
import { isHere, type Store } from '../stores/store.js';
import type { TableId } from '../types.js';
import { readLastCheckpoint } from './checkpoint/last-checkpoint.js';
import { listCleaned, readCleaned } from './cleaned-commits.js';
import { type CommitInfo, parseCommitInfo } from './commit-info.js';

/** Key of a version's commit in the store: 20 digits, as Delta's protocol has it. */
export function logFile(table: TableId, version: number): string {
  return `${tableFolder(table)}/_delta_log/${String(version).padStart(20, '0')}.json`;
}

/** All versions that there ever were, those included whose commits a clean-up has deleted, oldest first. */
export async function listAllVersions(store: Store, table: TableId): Promise<readonly number[]> {
  const [cleaned, kept] = [await listCleaned(store, table), await listVersions(store, table)];
  return [...new Set([...cleaned.map(({ version }) => version), ...kept])].sort((a, b) => a - b);
}

/** Versions that have a checkpoint in one file, oldest first. */
export async function listCheckpoints(store: Store, table: TableId): Promise<readonly number[]> {
  const names = await store.list(`${tableFolder(table)}/_delta_log`);
  return names
    .filter((name) => /^\d{20}\.checkpoint\.parquet$/.test(name))
    .map((name) => Number(name.slice(0, 20)));
}

/**
 * All versions that the log still names, oldest first; no checkpoint, no temporary file.
 * @param from Only this one and later ones.
 */
export async function listVersions(store: Store, table: TableId, from = 0): Promise<readonly number[]> {
  const after = from > 0 ? String(from).padStart(20, '0') : undefined;
  const names = await store.list(`${tableFolder(table)}/_delta_log`, after);
  return names.filter((name) => /^\d{20}\.json$/.test(name)).map((name) => Number(name.slice(0, 20)));
}

/**
 * -1 when there is none. A log may have as many names as the table ever had versions: in a bucket, where a request lists a
 * thousand of them, only its end is asked for.
 * @param known A version that was there once: the list begins at it. -1: the table has no long log. Left out: not known, so that
 * the list begins at the last checkpoint.
 */
export async function newestVersion(store: Store, table: TableId, known?: number): Promise<number> {
  const found = isHere(store) ? undefined : await newestSince(store, table, known);
  return found ?? (await listVersions(store, table)).at(-1) ?? -1;
}

/** Undefined where neither is there: a folder was moved away, or the hint is of another one. */
async function newestSince(
  store: Store,
  table: TableId,
  known: number | undefined,
): Promise<number | undefined> {
  if (known === -1) return undefined;
  const behind = async (version: number | undefined): Promise<number | undefined> =>
    version === undefined ? undefined : (await listVersions(store, table, version)).at(-1);
  return (await behind(known)) ?? behind((await readLastCheckpoint(store, table))?.version);
}

/**
 * The `commitInfo` of one version, a cleaned one included; undefined when there is no such version.
 * @throws LakeError LK6021 when the file is not a Delta commit.
 */
export async function readCommitInfo(
  store: Store,
  table: TableId,
  version: number,
): Promise<CommitInfo | undefined> {
  const key = logFile(table, version);
  const content = await store.getFixed(key);
  if (content === undefined) return readCleaned(store, table, version);
  try {
    return parseCommitInfo(content.toString('utf8'));
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
