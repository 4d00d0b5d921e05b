/** What of a lake no reader needs any more. Looks only. */
import { bookmarkedVersions } from '../bookmarks/bookmarks.js';
import { newestVersion, readCommitInfo } from '../delta/log.js';
import { readVersion } from '../head.js';
import { listTableFolders, tableFolder } from '../names.js';
import { OWN_FILE, OWN_STATE } from '../own-names.js';
import { STAGING } from '../staging.js';
import type { Store, Unfinished } from '../stores/store.js';
import type { TableId } from '../types.js';
import { droppedTables } from './dropped-tables.js';
import { keptSets, keptVersions, type Retention } from './kept-versions.js';

export interface Garbage {
  /** Undefined for what runs staged. */
  readonly table?: TableId;
  /** In the store, or with `staged` in the store's staging place. */
  readonly key: string;
  readonly bytes: number;
  readonly reason: string;
  readonly staged?: boolean;
  /** A folder with all that is in it. */
  readonly folder?: boolean;
  /** What a writer had begun; `key` is what it was to become. */
  readonly unfinished?: Unfinished;
}

const NEVER = 'was never published';

/**
 * Right only while nobody writes to these tables: what a commit is about to name has no name yet.
 * @param run The run that looks: what it staged itself stays.
 * @throws LakeError LK6020 to LK6026 where a kept version cannot be read: then nothing is known to be garbage.
 */
export async function findGarbage(
  store: Store,
  retention: Retention,
  run: string,
  tables?: readonly TableId[],
): Promise<readonly Garbage[]> {
  const sets = await keptSets(store, retention);
  const bookmarks = together(await bookmarkedVersions({ store }), retention.bookmarks ?? {});
  const all = await listTableFolders(store);
  // Of a table that the project has no more nobody can select the node.
  const dropped = tables === undefined ? await droppedTables(store, all, sets, retention) : [];
  const found = await Promise.all(
    all
      .filter((table) => (tables === undefined || tables.includes(table)) && !dropped.includes(table))
      .map(async (table) => {
        const kept = await keptVersions(store, table, sets, { ...retention, bookmarks });
        const states = await readStates(store, table);
        return [
          ...(await dataGarbage(store, table, kept, states)),
          ...(await stateGarbage(store, table, states)),
        ];
      }),
  );
  const whole = await Promise.all(dropped.map((table) => wholeTable(store, table)));
  if (tables !== undefined) return [...found.flat(), ...whole];
  return [...found.flat(), ...whole, ...(await stagedGarbage(store, run)), ...(await begunGarbage(store))];
}

async function wholeTable(store: Store, table: TableId): Promise<Garbage> {
  const key = tableFolder(table);
  const sizes = await store.sizesOf(key, await parquetBelow(store, key, ''));
  const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  return { table, key, bytes, reason: 'was dropped', folder: true };
}

type Versions = NonNullable<Retention['bookmarks']>;

function together(a: Versions, b: Versions): Versions {
  const tables = Object.keys({ ...a, ...b });
  return Object.fromEntries(tables.map((table) => [table, [...(a[table] ?? []), ...(b[table] ?? [])]]));
}

async function dataGarbage(
  store: Store,
  table: TableId,
  kept: readonly number[],
  states: readonly StateFile[],
): Promise<readonly Garbage[]> {
  const folder = tableFolder(table);
  const heads = await Promise.all(kept.map((version) => readVersion(store, table, version)));
  // Rows that another program took out of lake's table are put back by the next build: its files stay, too.
  const needed = new Set(heads.flatMap(({ state }) => state.files.map(({ path }) => path)));
  const unneeded = (await parquetBelow(store, folder, '')).filter((path) => !needed.has(path));
  if (unneeded.length === 0) return [];
  const versions = new Map(
    states.filter(({ published }) => published).map(({ transaction, version }) => [transaction, version]),
  );
  const bytes = await store.sizesOf(folder, unneeded);
  return unneeded.flatMap((path, i): Garbage[] => {
    const [, transaction] = OWN_FILE.exec(path) ?? [];
    // What other programs wrote may be a commit of theirs that is not there yet.
    if (transaction === undefined) return [];
    const version = versions.get(transaction);
    const reason =
      version === undefined ? NEVER : `came with version ${version}, which nothing needs any more`;
    return [{ table, key: `${folder}/${path}`, bytes: bytes[i] ?? 0, reason }];
  });
}

interface StateFile {
  readonly name: string;
  readonly version: number;
  readonly transaction: string;
  /** False: no commit names it, for its writer died or lost against another one. */
  readonly published: boolean;
}

async function readStates(store: Store, table: TableId): Promise<readonly StateFile[]> {
  const names = await store.list(`${tableFolder(table)}/_lake`);
  const states = names.flatMap((name) => {
    const [, version, transaction] = OWN_STATE.exec(name) ?? [];
    return transaction === undefined ? [] : [{ name, version: Number(version), transaction }];
  });
  const newest = await newestVersion(store, table);
  const count = new Map<number, number>();
  for (const { version } of states) count.set(version, (count.get(version) ?? 0) + 1);
  return Promise.all(
    states.map(async (state): Promise<StateFile> => {
      // Only where several say that they are one version does its commit have to be asked.
      if (state.version <= newest && count.get(state.version) === 1) return { ...state, published: true };
      const info = await readCommitInfo(store, table, state.version);
      return { ...state, published: info?.txnId === state.transaction };
    }),
  );
}

async function stateGarbage(
  store: Store,
  table: TableId,
  states: readonly StateFile[],
): Promise<readonly Garbage[]> {
  const folder = `${tableFolder(table)}/_lake`;
  const orphans = states.filter(({ published }) => !published).map(({ name }) => name);
  const bytes = await store.sizesOf(folder, orphans);
  return orphans.map((name, i) => ({
    table,
    key: `${folder}/${name}`,
    bytes: bytes[i] ?? 0,
    reason: NEVER,
  }));
}

async function stagedGarbage({ staging }: Store, run: string): Promise<readonly Garbage[]> {
  const runs = (await staging.list(STAGING)).filter((name) => name !== `${run}/`);
  return Promise.all(
    runs.map(async (name) => {
      const key = `${STAGING}/${name.replace(/\/$/, '')}`;
      const files = await parquetBelow(staging, key, '');
      const sizes = await staging.sizesOf(key, files);
      const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
      return { key, bytes, reason: 'was staged by a run that has ended', staged: true, folder: true };
    }),
  );
}

/** Runs that wait for their turn write leases while nobody else writes anything: what is younger there may be one of them. */
const LEASE_MS = 60_000;

async function begunGarbage(store: Store): Promise<readonly Garbage[]> {
  const begun = await store.unfinished();
  const old = begun.filter(({ key, since }) => !key.startsWith('_locks/') || since < Date.now() - LEASE_MS);
  return old.map((unfinished) => ({
    key: unfinished.key,
    bytes: unfinished.bytes,
    reason: 'was begun by a run that has ended',
    unfinished,
  }));
}

/** Paths below a folder; names that begin with `_` are the log's, lake's and other programs' own. */
async function parquetBelow(store: Store, folder: string, path: string): Promise<readonly string[]> {
  const names = await store.list(path === '' ? folder : `${folder}/${path.slice(0, -1)}`);
  const below = names.map(async (name): Promise<readonly string[]> => {
    if (name.startsWith('_')) return [];
    if (name.endsWith('/')) return parquetBelow(store, folder, `${path}${name}`);
    return name.endsWith('.parquet') ? [`${path}${name}`] : [];
  });
  return (await Promise.all(below)).flat();
}
