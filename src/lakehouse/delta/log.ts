/** Reading a table's log: which versions there are, and where each one's state lies. */
import { createHash } from 'node:crypto';
import { LakeError } from '../../errors/lake-error.js';
import { tableFolder } from '../names.js';
import { OWN_STATE } from '../own-names.js';
import { isHere, type Store } from '../stores/store.js';
import type { TableId, TableState } from '../types.js';
import { checkpointedVersion } from './checkpoint/checkpoint-files.js';
import { readLastCheckpoint } from './checkpoint/last-checkpoint.js';
import { listCleaned, readCleaned } from './cleaned-commits.js';
import { type CommitInfo, type CommitOrigin, parseCommitInfo } from './commit-info.js';

/** Key of a version's commit in the store: 20 digits, as Delta's protocol has it. */
export function logFile(table: TableId, version: number): string {
  return `${tableFolder(table)}/_delta_log/${String(version).padStart(20, '0')}.json`;
}

/**
 * All versions that there ever were, those included whose commits a clean-up has deleted, oldest first. Of what another program
 * cleaned up these are lake's own.
 */
export async function listAllVersions(store: Store, table: TableId): Promise<readonly number[]> {
  const [cleaned, kept] = [await listCleaned(store, table), await listLogged(store, table)];
  const known = new Set([...cleaned.map(({ version }) => version), ...kept]);
  const begins = kept[0] ?? 0;
  const names = begins > 0 && !known.has(begins - 1) ? await listStates(store, table) : new Map();
  for (const version of names.keys()) if (version < begins) known.add(version);
  return [...known].sort((a, b) => a - b);
}

/** Versions of which there is a commit or a checkpoint, oldest first. @param from Only this one and later ones. */
async function listLogged(store: Store, table: TableId, from = 0): Promise<readonly number[]> {
  const after = from > 0 ? String(from).padStart(20, '0') : undefined;
  const names = await store.list(`${tableFolder(table)}/_delta_log`, after);
  const versions = names.map((name) =>
    COMMIT.test(name) ? Number(name.slice(0, 20)) : checkpointedVersion(name),
  );
  return [...new Set(versions.filter((version) => version !== undefined))].sort((a, b) => a - b);
}

/** Version → name of lake's state of it, where there is one alone: of several all but one were never published. */
async function listStates(store: Store, table: TableId): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string[]>();
  for (const name of await store.list(`${tableFolder(table)}/_lake`)) {
    const version = Number(OWN_STATE.exec(name)?.[1] ?? -1);
    if (version >= 0) found.set(version, [...(found.get(version) ?? []), name]);
  }
  return new Map(
    [...found].flatMap(([version, names]) => (names.length === 1 ? [[version, names[0]!]] : [])),
  );
}

/** Whether a checkpoint is all that is left of a version. */
export async function isCheckpointed(store: Store, table: TableId, version: number): Promise<boolean> {
  return (await listLogged(store, table, version))[0] === version;
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
  return names.filter((name) => COMMIT.test(name)).map((name) => Number(name.slice(0, 20)));
}

/**
 * -1 when there is none. A log may have as many names as the table ever had versions: in a bucket, where a request lists a
 * thousand of them, only its end is asked for.
 * @param known A version that was there once: the list begins at it. -1: the table has no long log. Left out: not known, so that
 * the list begins at the last checkpoint.
 */
export async function newestVersion(store: Store, table: TableId, known?: number): Promise<number> {
  const found = isHere(store) ? undefined : await newestSince(store, table, known);
  return found ?? (await listLogged(store, table)).at(-1) ?? -1;
}

/** Undefined where neither is there: a folder was moved away, or the hint is of another one. */
async function newestSince(
  store: Store,
  table: TableId,
  known: number | undefined,
): Promise<number | undefined> {
  if (known === -1) return undefined;
  const behind = async (version: number | undefined): Promise<number | undefined> =>
    version === undefined ? undefined : (await listLogged(store, table, version)).at(-1);
  return (await behind(known)) ?? behind((await readLastCheckpoint(store, table))?.version);
}

/**
 * The `commitInfo` of one version, a cleaned one included; undefined when there is no such version, or a checkpoint is all that another
 * program has left of it.
 * @throws LakeError LK6021 when the file is not a Delta commit.
 */
export async function readCommitInfo(
  store: Store,
  table: TableId,
  version: number,
): Promise<CommitInfo | undefined> {
  const key = logFile(table, version);
  const content = await store.getFixed(key);
  if (content === undefined)
    return (await readCleaned(store, table, version)) ?? cleanedByOthers(store, table, version);
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

/**
 * What lake's state says of a version that another program took out of the log. Only below where the log begins: anywhere else a state
 * without a commit was never published.
 */
async function cleanedByOthers(
  store: Store,
  table: TableId,
  version: number,
): Promise<CommitInfo | undefined> {
  const begins = (await listLogged(store, table))[0] ?? 0;
  const lake = version < begins ? await ownState(store, table, version) : undefined;
  if (lake === undefined) return undefined;
  const state = await store.getFixed(`${tableFolder(table)}/${lake.state}`, lake.sha256);
  const { at, txnId } = JSON.parse(String(state)) as TableState;
  return { timestamp: Date.parse(at), operation: '', engineInfo: 'lake', txnId, lake };
}

/** Where lake's state of a published version lies, without its commit; undefined where that is not sure. */
export async function ownState(
  store: Store,
  table: TableId,
  version: number,
): Promise<CommitOrigin | undefined> {
  const name = (await listStates(store, table)).get(version);
  const content = name && (await store.get(`${tableFolder(table)}/_lake/${name}`));
  if (!content) return undefined;
  const { run } = JSON.parse(content.toString('utf8')) as TableState;
  return { run, state: `_lake/${name}`, sha256: createHash('sha256').update(content).digest('hex') };
}

const COMMIT = /^\d{20}\.json$/;
