/** Publishing into a folder and into database files is killed at seeded changes to the disk: LAKE_PUBLISH_KILLS of them. */
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { execa } from 'execa';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../src/publish/files/manifest.js';
import { randomFrom } from '../chaos/support/instants.js';
import { modelProject } from '../support/model-project.js';
import { type TempProject, tempProject } from '../support/small-city.js';

const BIN = fileURLToPath(new URL('../../bin/lake.js', import.meta.url));
const DIE_AT = fileURLToPath(new URL('../chaos/support/die-at.mjs', import.meta.url));
const kills = Number(process.env['LAKE_PUBLISH_KILLS'] ?? 6);
const seed = Number(process.env['LAKE_SEED'] ?? 20_261_122);

/** Rows of a version: as many as differ from those of the other. */
const items = (version: number) => `select range as id, ${version} as version from range(${100 * version})\n`;
const [OLD, NEW] = ['100 of 1', '200 of 2'];

let shop: TempProject;
beforeAll(async () => {
  shop = modelProject({
    // What writes below a folder of this name is counted: see die-at.mjs.
    'profiles.yml': `shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      lake: {type: local, path: lake}
      publish:
        out: {type: files, path: out/lake, format: csv}
        duck: {type: duckdb, path: out/lake/all.duckdb}
        lite: {type: sqlite, path: out/lake/all.sqlite}
`,
    'models/gold/items.sql': items(1),
    'models/gold/items.yml': `version: 2
models:
  - name: items
    config: {publish: [{to: out}, {to: out, path: 'parts/{name}/'}, {to: duck}, {to: lite}]}
`,
  });
  expect((await lake(shop, 'build')).exitCode).toBe(0);
  shop.write({ 'models/gold/items.sql': items(2) });
  expect((await lake(shop, 'build', '--no-publish')).exitCode).toBe(0);
});
afterAll(() => shop.remove());

function lake(project: TempProject, ...args: string[]) {
  return execa(process.execPath, [BIN, ...args], { cwd: project.root, reject: false, stdin: 'ignore' });
}

/** `lake publish` with the changes that it makes to the disk written down, or killed at one of them. */
function publishUntil({ root }: TempProject, plan: object) {
  return execa(process.execPath, ['--import', DIE_AT, BIN, 'publish'], {
    cwd: root,
    reject: false,
    stdin: 'ignore',
    env: { LAKE_DIE: JSON.stringify(plan) },
  });
}

function copy(): TempProject {
  const twin = tempProject({});
  cpSync(shop.root, twin.root, { recursive: true, verbatimSymlinks: true });
  return twin;
}

/** What each target has, as its readers see it: how many rows, and of which version. */
async function read({ root }: TempProject): Promise<readonly string[]> {
  const out = (name: string) => join(root, 'out', 'lake', name);
  const parts: Manifest = JSON.parse(readFileSync(out('parts/items/manifest.json'), 'utf8'));
  for (const { name, sha256 } of parts.files)
    expect(
      createHash('sha256')
        .update(readFileSync(out(`parts/items/${name}`)))
        .digest('hex'),
    ).toBe(sha256);
  JSON.parse(readFileSync(out('items.csv.manifest.json'), 'utf8'));
  const csv = (names: readonly string[]) =>
    names.flatMap((name) => readFileSync(out(name), 'utf8').trimEnd().split('\n').slice(1));
  const ofRows = (rows: readonly string[]) =>
    `${rows.length} of ${[...new Set(rows.map((row) => row.split(',')[1]))]}`;
  const sql = `select count(*) || ' of ' || min(version) || case when min(version) = max(version) then '' else ' mixed' end as said from items`;
  const database = new sqlite.Database(out('all.sqlite'));
  const lite = String(database.get(sql)!['said']);
  database.close();
  const instance = await DuckDBInstance.create(out('all.duckdb'), { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const duck = String((await connection.runAndReadAll(sql)).getRows()[0]![0]);
  connection.closeSync();
  instance.closeSync();
  return [
    ofRows(csv(['items.csv'])),
    ofRows(csv(parts.files.map(({ name }) => `parts/items/${name}`))),
    duck,
    lite,
  ];
}

function temporary({ root }: TempProject): readonly string[] {
  const out = join(root, 'out');
  return readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tmp'))
    .map((name) => join(out, name));
}

const scratch = ({ root }: TempProject): readonly string[] =>
  readdirSync(join(root, 'target', 'publish')).map((name) => join(root, 'target', 'publish', name));

test('publishing that is killed at any change to the disk leaves old rows or new ones, whole; the next run brings all targets to the new ones and clears up', async () => {
  const calm = copy();
  const log = join(calm.root, 'changes.json');
  expect((await publishUntil(calm, { log })).exitCode).toBe(0);
  expect(await read(calm)).toEqual([NEW, NEW, NEW, NEW]);
  const changes = JSON.parse(readFileSync(log, 'utf8')) as Record<string, number>;
  calm.remove();
  const all = Object.values(changes).reduce((sum, count) => sum + count, 0);
  expect(all).toBeGreaterThan(20);
  const random = randomFrom(seed);
  const seen = new Set<string>();
  for (let i = 0; i < kills; i++) {
    const twin = copy();
    const nth = 1 + Math.floor(((i + random()) / kills) * all);
    const when = ['before', 'torn', 'after'][i % 3]!;
    const { signal } = await publishUntil(twin, { kind: 'any', nth, when });
    expect(signal).toBe('SIGKILL');
    for (const said of await read(twin)) {
      expect([OLD, NEW]).toContain(said);
      seen.add(said);
    }
    // What a run that is no more had begun is taken away once it is an hour old, in the project once it is a day old.
    const before = new Date(Date.now() - 90_000_000);
    for (const path of [...temporary(twin), ...scratch(twin)]) utimesSync(path, before, before);
    const again = await lake(twin, 'publish');
    expect(`${again.exitCode} ${again.exitCode === 0 ? '' : again.stdout + again.stderr}`).toBe('0 ');
    expect(await read(twin)).toEqual([NEW, NEW, NEW, NEW]);
    expect([...temporary(twin), ...scratch(twin)]).toEqual([]);
    expect((await lake(twin, 'publish', '--dry-run')).stdout).not.toContain('cut short');
    twin.remove();
  }
  expect([...seen].sort()).toEqual([OLD, NEW]);
});
