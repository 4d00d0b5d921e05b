/** Writes `views.sql`, and on this machine `lake.duckdb`, after a set was published. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { Engine } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { readVersion } from '../head.js';
import { tableFolder } from '../names.js';
import { listSets, readSet } from '../sets/run-set.js';
import { STAGING } from '../staging.js';
import { isHere, type Store } from '../stores/store.js';
import type { RunSet, TableHead, TableId, ViewHead } from '../types.js';
import { readViewVersion } from '../views/view-log.js';
import { currentDatabase, writeDatabase } from './lake-database.js';
import { viewStatements, viewsSql } from './views-sql.js';

const VIEWS = 'views.sql';

export interface ViewsOptions {
  /** A version as every reader sees it. */
  readonly read?: (table: TableId, version: number) => Promise<TableHead>;
  /** Comments of `views.sql` that say how to open it. */
  readonly opening?: readonly string[];
  /** For `lake.duckdb`: left out, it stays that of the set before, and a later run makes it. */
  readonly sql?: Engine['sql'];
}

/**
 * The views of the newest set. Two runs may end at once: whoever finds a newer set after writing writes again, so
 * that the older one never stays. A table whose state cannot be read is left out; other tables are not held up by it.
 */
export async function publishViews(store: Store, set: RunSet, options: ViewsOptions = {}): Promise<void> {
  let written: RunSet | undefined = set;
  while (written !== undefined) {
    await write(store, written, options);
    const newest: number = (await listSets(store)).at(-1) ?? written.number;
    written = newest > written.number ? await readSet(store, newest) : undefined;
  }
}

/**
 * Writes the views of the newest set where they are those of another, for a run was killed between the two; or of another folder, for
 * the lake was moved or copied.
 */
export async function completeViews(store: Store, set: RunSet, options: ViewsOptions = {}): Promise<void> {
  const text = await readViews(store);
  const there = notesOf(text);
  const isComplete =
    there[0] === noteOf(set) &&
    !there.some((note) => note.startsWith(LEFT_OUT)) &&
    (!isHere(store) || liesIn(folderOf(store), text)) &&
    (options.sql === undefined || !isHere(store) || isNamed(store, there));
  if (!isComplete) await publishViews(store, set, options);
}

/** Whether the first file that the views read lies in this folder; views that read none lie anywhere. */
function liesIn(folder: string, text: string): boolean {
  const [, path] = /^ {2}'((?:[^']|'')*)',?$/m.exec(text) ?? [];
  return path === undefined || path.replaceAll("''", "'").startsWith(`${folder}${sep}`);
}

async function write(store: Store, set: RunSet, options: ViewsOptions): Promise<void> {
  const { read = (table, version) => readVersion(store, table, version), opening = [], sql } = options;
  const [tables, shown] = await Promise.all([
    readable(set.tables, read),
    readable(set.views ?? {}, (view, version) => readViewVersion(store, view, version)),
  ]);
  const lost = [...tables.lost, ...shown.lost];
  const [heads, views] = [tables.found, shown.found];
  const filePath = (table: string, file: string): string => store.place(`${tableFolder(table)}/${file}`);
  const statements = viewStatements({ filePath }, heads, views);
  const database =
    sql !== undefined && isHere(store) ? [await databaseNote(store, set, sql, heads, views, statements)] : [];
  const without = lost.length === 0 ? [] : [`${LEFT_OUT}${lost.join(', ')}`];
  const text = viewsSql([noteOf(set), ...without, ...database, ...opening], statements);
  await store.put(VIEWS, Buffer.from(text));
}

/**
 * `lake.duckdb` comes before `views.sql`, which says what it has. Views that are the same as before leave it as it is: most
 * runs that publish anything would otherwise wait for an engine. Where it cannot be made the run has still published its tables.
 */
async function databaseNote(
  store: Store,
  set: RunSet,
  sql: Engine['sql'],
  heads: readonly TableHead[],
  views: readonly ViewHead[],
  statements: readonly string[],
): Promise<string> {
  const root = folderOf(store);
  const there = await readViews(store);
  const notes = notesOf(there);
  const before = currentDatabase(root);
  const same = there === viewsSql(notes, statements);
  if (same && before !== undefined && notes.includes(databaseIs(before))) return databaseIs(before);
  const make = async (made: readonly string[]): Promise<string> => {
    const staged = `${STAGING}/${set.run}/database-${randomUUID()}`;
    try {
      const folder = await store.scratchFolder(staged);
      return databaseIs(await writeDatabase(sql, { root, folder, set: set.number, statements: made }));
    } finally {
      await store.deleteFolder(staged);
    }
  };
  try {
    return await make(statements).catch((error) => {
      const whole = heads.filter(({ table, state }) =>
        state.files.every(({ path }) => existsSync(store.localPath(`${tableFolder(table)}/${path}`))),
      );
      if (whole.length === heads.length) throw error;
      const filePath = (table: string, file: string) => store.localPath(`${tableFolder(table)}/${file}`);
      return make(viewStatements({ filePath }, whole, views));
    });
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    return `${NO_DATABASE}${error.message}`;
  }
}

/** The next run tries again: what could not be read may have been a store that did not answer. */
const LEFT_OUT = 'Left out, for what the lake knows of them could not be read: ';

const NO_DATABASE = 'lake.duckdb is not of this set: ';

const databaseIs = (name: string): string => `The same as a database: lake.duckdb, which is ${name}.`;

/** Whether the comments of `views.sql` know what `lake.duckdb` is, or why it is not. */
function isNamed(store: Store, notes: readonly string[]): boolean {
  const name = currentDatabase(folderOf(store));
  return notes.some(
    (note) => note.startsWith(NO_DATABASE) || (name !== undefined && note === databaseIs(name)),
  );
}

/** Of a lake on this machine. */
function folderOf(store: Store): string {
  return dirname(store.place(VIEWS));
}

/** The text of `views.sql`; empty where there is none. */
async function readViews(store: Store): Promise<string> {
  return (await store.get(VIEWS))?.toString('utf8') ?? '';
}

/** The comments that it begins with. */
function notesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('-- '));
  return lines.slice(0, end).map((line) => line.slice(3));
}

function noteOf({ number, run, at }: RunSet): string {
  return `The tables of set ${number}, published by run ${run} at ${at}.`;
}

/** Of these versions all that can be read, and the names of the others. */
async function readable<T extends object>(
  versions: RunSet['tables'],
  read: (id: TableId, version: number) => Promise<T>,
): Promise<{ readonly found: readonly T[]; readonly lost: readonly string[] }> {
  const lost: string[] = [];
  const found = await Promise.all(
    Object.entries(versions).map(([id, version]) =>
      read(id, version).catch((error: unknown): undefined => {
        if (!(error instanceof LakeError)) throw error;
        lost.push(id);
      }),
    ),
  );
  return { found: found.filter((one) => one !== undefined), lost: lost.sort() };
}
