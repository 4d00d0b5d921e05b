/** Tables as files in a folder: what lies there is what the lake holds, and its manifest says so. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../../src/publish/files/manifest.js';
import { modelProject } from '../../support/model-project.js';
import { runLake } from '../../support/run-lake.js';
import type { TempProject } from '../../support/small-city.js';

const LAST = 3;
const rows = (version: number) =>
  `select range as id, 'ünï, "' || range as name, range * ${version} as worth, -79.4 as lng, 43.7 as lat from range(${1000 * version})\n`;
const PUBLISH = `version: 2
models:
  - name: items
    description: All items.
    columns: [{name: id, description: Its number.}]
    config:
      publish:
        - {to: out}
        - {to: out, path: 'by day/{layer}.{name} ü {date}.csv.gz'}
        - {to: out, path: '{name}.v{version}.csv'}
        - {to: out, path: 'parts/{name}/', columns: [name, id]}
        - {to: out, path: 'map/{name}.geojson', columns: [id, lng, lat]}
        - {to: out, path: '{name}.jsonl', format: json}
`;

let shop: TempProject;
let day: string;
beforeAll(async () => {
  shop = modelProject({
    'profiles.yml': `shop:
  target: dev
  outputs:
    dev: {type: duckdb, lake: {type: local, path: lake}, publish: {out: {type: files, path: out}}}
`,
    'models/gold/items.sql': rows(1),
    'models/gold/items.yml': PUBLISH,
  });
  await built();
  day = new Date().toISOString().slice(0, 10);
});
afterAll(() => shop.remove());

const out = (...names: string[]) => join(shop.root, 'out', ...names);
const manifestOf = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8'));
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

async function built(): Promise<void> {
  const { exitCode, stdout, stderr } = await runLake(shop.root, ['build']);
  expect(`${exitCode} ${exitCode === 0 ? '' : stdout + stderr}`).toBe('0 ');
}

async function publish(...args: string[]) {
  const { exitCode, stdout, stderr } = await runLake(shop.root, ['publish', ...args]);
  return { exitCode, text: stdout + stderr };
}

/** The next version of the table, published. */
async function next(version: number) {
  shop.write({ 'models/gold/items.sql': rows(version) });
  return built();
}

async function inDuckDB(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test('each format holds the rows of the table, under names made of the run', async () => {
  const count = async (file: string, what: string) =>
    inDuckDB(`select count(*)::int, ${what} from '${out(file)}'`);
  expect(await count('items.parquet', 'sum(worth)::int')).toEqual([[1000, 499500]]);
  expect(await count('items.v0.csv', 'sum(worth)::int')).toEqual([[1000, 499500]]);
  expect(await count('items.jsonl', 'max(name)')).toEqual([[1000, 'ünï, "999']]);
  const csv = gunzipSync(readFileSync(out('by day', `gold.items ü ${day}.csv.gz`))).toString();
  expect(csv).toContain('7,"ünï, ""7",7,-79.4,43.7\n');
  const { features } = JSON.parse(readFileSync(out('map', 'items.geojson'), 'utf8'));
  expect(features).toHaveLength(1000);
  expect(features[0].geometry).toEqual({ type: 'Point', coordinates: [-79.4, 43.7] });
  const [part] = manifestOf(out('parts', 'items', 'manifest.json')).files;
  const described = await inDuckDB(`describe from '${out('parts', 'items', part!.name)}'`);
  expect(described.map(([name, type]) => [name, type])).toEqual([
    ['name', 'VARCHAR'],
    ['id', 'BIGINT'],
  ]);
});

test('the manifest says which files, with their sums, and what their rows are', async () => {
  const manifests = readdirSync(out(), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('manifest.json'),
  );
  expect(manifests).toHaveLength(6);
  for (const name of manifests) {
    const manifest = manifestOf(out(name));
    expect(manifest).toMatchObject({
      table: 'gold.items',
      version: 0,
      rows: 1000,
      description: 'All items.',
    });
    expect(manifest.columns.find((column) => column.name === 'id')).toEqual({
      name: 'id',
      type: 'BIGINT',
      description: 'Its number.',
    });
    for (const file of manifest.files) {
      const path = join(dirname(out(name)), file.name);
      expect([statSync(path).size, sha256(path)]).toEqual([file.bytes, file.sha256]);
    }
  }
});

test('what the target has is left as it is; what somebody took away or cut is made again', async () => {
  const before = statSync(out('items.parquet')).ino;
  expect((await publish()).text).toContain('Nothing changed');
  expect(statSync(out('items.parquet')).ino).toBe(before);
  rmSync(out('items.jsonl'));
  writeFileSync(out('items.v0.csv'), 'cut');
  const { exitCode, text } = await publish();
  expect([exitCode, text]).toEqual([0, expect.stringContaining('2 published')]);
  expect(statSync(out('items.jsonl')).size).toBe(
    manifestOf(out('items.jsonl.manifest.json')).files[0]!.bytes,
  );
  expect(statSync(out('items.parquet')).ino).toBe(before);
});

test('a next version replaces the file of a fixed name, which readers keep, and lies beside that of another', async () => {
  const reader = openSync(out('items.jsonl'), 'r');
  const first = manifestOf(out('parts', 'items', 'manifest.json')).files;
  for (let version = 2; version <= LAST; version++) await next(version);
  const kept = readFileSync(reader, 'utf8').trimEnd().split('\n');
  closeSync(reader);
  expect(kept).toHaveLength(1000);
  expect(readFileSync(out('items.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(1000 * LAST);
  expect(readdirSync(out()).filter((name) => /^items\.v\d\.csv$/.test(name))).toEqual([
    'items.v0.csv',
    'items.v1.csv',
    'items.v2.csv',
  ]);
  // Of the parts those of the version before are there for who has read its manifest; others are gone.
  const parts = readdirSync(out('parts', 'items'));
  expect(parts).not.toContain(first[0]!.name);
  expect(parts).toHaveLength(3);
  expect(parts).toContain(manifestOf(out('parts', 'items', 'manifest.json')).files[0]!.name);
});

test('files of others in the folder are not touched, half files of a killed run go after an hour', async () => {
  mkdirSync(out('parts', 'items', 'more'));
  const others = [out('parts', 'items', 'README.md'), out('parts', 'items', 'x.parquet'), out('mine.csv')];
  for (const path of others) writeFileSync(path, 'mine');
  const [old, young] = [1, 2].map((n) => out(`.${String(n).repeat(8)}-0000-4000-8000-000000000000.tmp`));
  for (const path of [old!, young!]) writeFileSync(path, 'half');
  utimesSync(old!, new Date(), new Date(Date.now() - 4_000_000));
  expect((await publish('--full-refresh')).exitCode).toBe(0);
  expect(others.map((path) => readFileSync(path, 'utf8'))).toEqual(['mine', 'mine', 'mine']);
  expect([existsSync(old!), existsSync(young!)]).toEqual([false, true]);
});

test('what cannot be written is told with what to do, and leaves the file of before', async () => {
  const before = sha256(out('items.parquet'));
  const failing = async (change: Record<string, string>, ...args: string[]) => {
    shop.write(change);
    const { exitCode, text } = await publish(...args);
    expect(exitCode).toBe(1);
    expect(sha256(out('items.parquet'))).toBe(before);
    return text;
  };
  const only = (entry: string) => ({
    'models/gold/items.yml': `version: 2\nmodels:\n  - name: items\n    config: {publish: [${entry}]}\n`,
  });
  expect(await failing(only(`{to: out, path: 'x.geojson', columns: [id]}`))).toMatch(
    /LK8032 .*no column looks like one/,
  );
  writeFileSync(out('file'), '');
  expect(await failing(only(`{to: out, path: 'file/items.csv'}`))).toMatch(/LK8030 .*file/);
  mkdirSync(out('folder.csv'));
  expect(await failing(only(`{to: out, path: 'folder.csv'}`))).toMatch(
    /LK8030 .*EISDIR[\s\S]*hint: See whether a folder lies there/,
  );
  expect(readdirSync(join(shop.root, 'target', 'publish'))).toEqual([]);
});
