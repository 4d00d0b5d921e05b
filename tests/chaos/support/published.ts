/** What a reader of the lake sees, and whether it is whole. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import type { Lake } from '../../../src/lakehouse/types.js';

/** Table → its rows as text, in an order of their own; tables that are not published are left out. */
export type Published = Readonly<Record<string, string>>;

/** Columns that tell when and by which run a row came. */
const OF_THE_RUN: Readonly<Record<string, readonly string[]>> = {
  bronze: ['_load_id', '_loaded_at'],
  silver: ['_load_id'],
  gold: [],
};

/** The rows of every table of the newest set, as plain DuckDB reads them through `views.sql`. */
export async function readPublished(root: string, tables: readonly string[]): Promise<Published> {
  const views = join(root, 'lake', 'views.sql');
  if (!existsSync(views)) return {};
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(`set timezone = 'UTC'`);
    await connection.run(readFileSync(views, 'utf8'));
    const found = await connection.runAndReadAll(
      `select table_schema || '.' || table_name from information_schema.tables`,
    );
    const there = new Set(found.getRows().map(([name]) => String(name)));
    const published: Record<string, string> = {};
    for (const table of tables.filter((name) => there.has(name))) {
      const hidden = OF_THE_RUN[table.split('.')[0]!]!.map((name) => `'${name}'`).join(', ');
      const columns = hidden === '' ? '*' : `columns(c -> c not in (${hidden}))`;
      const rows = await connection.runAndReadAll(`select ${columns} from ${table} order by all`);
      published[table] = rows
        .getRowsJson()
        .map((row) => JSON.stringify(row))
        .join('\n');
    }
    return published;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** What is wrong with the lake for a reader who comes now, whatever the reader reads: the set or the newest versions. */
export async function faultsOf(root: string): Promise<readonly string[]> {
  return faultsIn(await openLake({ type: 'local', path: 'lake' }, root));
}

/** The same of a lake on any store. */
export async function faultsIn(lake: Lake): Promise<readonly string[]> {
  const faults: string[] = [];
  const set = await lake.newestSet();
  for (const table of await lake.tables()) {
    const head = await lake.head(table);
    const versions = new Set([head?.version, set?.tables[table]]);
    for (const version of versions) {
      if (version === undefined) continue;
      if (version > (head?.version ?? -1))
        faults.push(`${table}: the set names version ${version}, not published`);
      const { state } = await lake.at(table, version);
      for (const { path } of await lake.lostFiles(state))
        faults.push(`${table} ${version}: ${path} is missing or not whole`);
    }
  }
  return faults;
}

/** Folders in which a run works before it publishes; none is left when one has ended. */
export function leftovers(root: string): readonly string[] {
  const all = existsSync(join(root, 'lake'))
    ? readdirSync(join(root, 'lake'), { recursive: true, encoding: 'utf8' })
    : [];
  const staging = all.filter((path) => path.endsWith('_staging'));
  const spool = join(root, 'target', 'spool');
  return [...staging, ...(existsSync(spool) ? readdirSync(spool) : [])];
}

/** URLs whose bodies stand in a ledger of the spool. */
export function enteredUrls(root: string): ReadonlySet<string> {
  const spool = join(root, 'target', 'spool', 'dev');
  const urls = new Set<string>();
  for (const dataset of existsSync(spool) ? readdirSync(spool) : []) {
    const ledger = join(spool, dataset, 'ledger.ndjson');
    if (!existsSync(ledger)) continue;
    for (const line of readFileSync(ledger, 'utf8').split('\n')) {
      try {
        urls.add(JSON.parse(line).url);
      } catch {
        // The line at which the process was killed.
      }
    }
  }
  return urls;
}
