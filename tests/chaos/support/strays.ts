/** Looks into a lake as somebody who does not trust it: what lies there, and whether anything leads to it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import type { Lake } from '../../../src/lakehouse/types.js';

export const lakeOf = (root: string) => openLake({ type: 'local', path: 'lake' }, root);

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** Versions of tables whose files are not all there. Right before a vacuum, which lets go of old ones. */
export async function lostVersions(lake: Lake): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const table of await lake.tables()) {
    const newest = (await lake.head(table))!.version;
    for (let version = 0; version <= newest; version++) {
      const { state } = await lake.at(table, version);
      if ((await lake.lostFiles(state)).length > 0) lost.push(`${table} ${version}`);
    }
  }
  return lost;
}

interface FileActions {
  readonly add?: { readonly path: string } | null;
  readonly remove?: { readonly path: string } | null;
}

/** Tables of a local lake whose Delta log, read as any other program reads it, does not add up to the files that lake says. */
export async function falseLogs(root: string): Promise<readonly string[]> {
  const lake = await lakeOf(root);
  const wrong: string[] = [];
  for (const table of await lake.tables()) {
    const head = (await lake.head(table))!;
    const found = await replay(join(root, 'lake', ...table.split('.'), '_delta_log'), head.version);
    const expected = head.state.files.map(({ path }) => path).sort();
    if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(`${table}: ${JSON.stringify(found)}`);
  }
  return wrong;
}

/** Paths of the files of a version, by its newest checkpoint and the commits behind it. */
async function replay(log: string, version: number): Promise<readonly string[] | string> {
  const checkpoint = readdirSync(log)
    .filter((name) => name.endsWith('.checkpoint.parquet'))
    .sort()
    .at(-1);
  const from = checkpoint === undefined ? 0 : Number(checkpoint.slice(0, 20)) + 1;
  const files = new Set(checkpoint === undefined ? [] : await addedIn(join(log, checkpoint)));
  for (let next = from; next <= version; next++) {
    const commit = join(log, `${String(next).padStart(20, '0')}.json`);
    if (!existsSync(commit)) return `version ${next} is missing`;
    for (const line of readFileSync(commit, 'utf8').trimEnd().split('\n')) {
      const { add, remove } = JSON.parse(line) as FileActions;
      if (add) files.add(add.path);
      if (remove) files.delete(remove.path);
    }
  }
  return [...files].sort();
}

async function addedIn(checkpoint: string): Promise<readonly string[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const read = await connection.runAndReadAll(
      `select "add".path from read_parquet('${checkpoint}') where "add".path is not null`,
    );
    return read.getRows().map(([path]) => String(path));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Files that nothing leads to, of a local lake and of what runs work with. None is left behind a vacuum. */
export async function strays(root: string): Promise<readonly string[]> {
  const inLake = await straysAmong(await lakeOf(root), filesBelow(join(root, 'lake')));
  return [...inLake, ...workedWith(root)];
}

/** What runs of a project work with, and is gone when the last one has ended. */
export function workedWith(root: string): readonly string[] {
  return ['spill', 'spool', 'batches'].flatMap((name) => filesBelow(join(root, 'target', name)));
}

/** @param keys All objects of the lake. @returns Those that nothing leads to. */
export async function straysAmong(lake: Lake, keys: readonly string[]): Promise<readonly string[]> {
  const known = new Set(['views.sql']);
  for (const table of await lake.tables()) {
    const folder = table.replace('.', '/');
    const head = (await lake.head(table))!;
    for (const { path } of head.state.files) known.add(`${folder}/${path}`);
    for (let version = 0; version <= head.version; version++)
      known.add(`${folder}/_lake/${version}-${(await lake.at(table, version)).state.txnId}.json`);
    const described = JSON.parse(String(await lake.store.get(`${folder}/datapackage.json`)));
    // What describes the table names the files of now, and no others.
    const { path = [] } = described.resources[0] as { readonly path?: readonly string[] };
    if (JSON.stringify(path) === JSON.stringify(head.state.files.map((file) => file.path)))
      known.add(`${folder}/datapackage.json`);
  }
  const ofLog =
    /\/(_delta_log\/(\d{20}(\.checkpoint\.parquet|\.json)|_last_checkpoint)|_lake\/cleaned\/\d{20}\.json)$/;
  const ofRuns = /^(_sets\/\d+\.json|_runs\/[^/]+\/[^/]+\.(nd)?json|_locks\/\d+\.json)$|\/_view\/\d+\.json$/;
  // A database of an earlier set goes with the next one: a notebook may have it open.
  const databases = /^lake(-\d+)*\.duckdb$/;
  return keys.filter(
    (path) =>
      !known.has(path) &&
      (basename(path).startsWith('.') || ![ofLog, ofRuns, databases].some((one) => one.test(path))),
  );
}
