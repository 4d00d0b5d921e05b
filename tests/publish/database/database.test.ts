/** Tables in one database file: what other programs read in it is what the lake holds, and what is not lake's stays. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelProject } from '../../support/model-project.js';
import { runLake } from '../../support/run-lake.js';
import type { TempProject } from '../../support/small-city.js';

const ODD = `select * from (values
  (1, 'a' || chr(0) || 'ü', 'nan'::double, [1, 2], 12345678901234567890.12::decimal(38,2), '\\x00\\xFF'::blob, true,
    date '2024-02-29', timestamptz '2024-02-29 12:30:00.5+00', 9007199254740993, 1.5::decimal(4,1), 1e19::double),
  (2, null, null, null, null, null, null, null, null, null, null, null)
) t(id, words, x, list, exact, bytes, yes, day, seen, big, price, large)
`;
const PUBLISH = `version: 2
models:
  - name: items
    description: All items.
    columns: [{name: id, description: "Its\\nnumber."}]
    config: {unique_key: id, materialized: incremental, publish: [{to: duck}, {to: lite}]}
  - name: odd
    config: {publish: [{to: duck, table: "ödd"}, {to: lite, table: "ödd"}]}
`;
const items = (count: number) => `select range as id, 'item ' || range as name from range(${count})\n`;

let shop: TempProject;
beforeAll(async () => {
  shop = modelProject({
    'profiles.yml': `shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      lake: {type: local, path: lake}
      publish: {duck: {type: duckdb, path: out/all.duckdb}, lite: {type: sqlite, path: out/all.sqlite}}
`,
    'models/gold/items.sql': items(5000),
    'models/gold/odd.sql': ODD,
    'models/gold/gold.yml': PUBLISH,
  });
  expect(await lake('build')).toMatchObject({ exitCode: 0 });
});
afterAll(() => shop.remove());

const out = (name: string) => join(shop.root, 'out', name);

async function lake(...args: string[]) {
  const { exitCode, stdout, stderr } = await runLake(shop.root, args);
  return { exitCode, text: stdout + stderr };
}

async function inDuckDB(sql: string, path = out('all.duckdb')): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function inSqlite(sql: string, path = out('all.sqlite')): unknown[][] {
  const database = new sqlite.Database(path);
  try {
    return database.all(sql).map((row) => Object.values(row));
  } finally {
    database.close();
  }
}

describe('a .duckdb file', () => {
  test('has the rows, types and descriptions of the tables, and says which versions they are', async () => {
    expect(await inDuckDB('select count(*)::int, max(name) from items')).toEqual([[5000, 'item 999']]);
    const lost = await inDuckDB(
      `(from "ödd" except all from (${ODD})) union all (from (${ODD}) except all from "ödd")`,
    );
    expect(lost).toEqual([]);
    expect(await inDuckDB(`select comment from duckdb_tables() where table_name = 'items'`)).toEqual([
      ['All items.'],
    ]);
    expect(
      await inDuckDB(
        `select comment from duckdb_columns() where table_name = 'items' and column_name = 'id'`,
      ),
    ).toEqual([['Its\nnumber.']]);
    expect(
      await inDuckDB('select table_name, lake_table, version::int, rows::int from lake_loads order by all'),
    ).toEqual([
      ['items', 'gold.items', 0, 5000],
      ['ödd', 'gold.odd', 0, 2],
    ]);
  });
});

describe('a .sqlite file', () => {
  test('has the rows, each value as SQLite stores it exactly, or a note says what it cannot', async () => {
    expect(inSqlite('pragma integrity_check')).toEqual([['ok']]);
    expect(inSqlite('select count(*), max(name) from items')).toEqual([[5000, 'item 999']]);
    const [first, second] = inSqlite(`select *, hex(words) from "ödd" order by id`);
    expect(first).toEqual([
      1,
      expect.any(String),
      null,
      '[1,2]',
      '12345678901234567890.12',
      new Uint8Array([0, 255]),
      1,
      '2024-02-29',
      '2024-02-29T12:30:00.5Z',
      9007199254740993n,
      1.5,
      1e19,
      '6100C3BC',
    ]);
    expect(second!.slice(1, 12)).toEqual(Array(11).fill(null));
    expect(inSqlite(`select strftime('%s', seen) from "ödd" where id = 1`)).toEqual([['1709209800']]);
    const [[schema]] = inSqlite(`select sql from sqlite_master where name = 'items'`) as [[string]];
    expect(schema).toBe(
      'CREATE TABLE "items" ( -- All items.\n  "id" INTEGER, -- Its number.\n  "name" TEXT\n)',
    );
    expect(inSqlite('explain query plan select * from items where id = 7')[0]!.at(-1)).toContain(
      'items_lake_key',
    );
    expect((await lake('publish', '--full-refresh', '--to', 'lite')).text).toContain(
      'SQLite has no NaN: 1 values of x are NULL there',
    );
  });
});

test('one table is replaced, all else in the file stays, and who has it open keeps it', async () => {
  const mine = new sqlite.Database(out('all.sqlite'));
  mine.exec('create table mine (a); insert into mine values (7); create view seen as select * from items');
  mine.close();
  const instance = await DuckDBInstance.create(out('all.duckdb'));
  const connection = await instance.connect();
  await connection.run('create table mine as select 7 as a; create view seen as from items');
  connection.closeSync();
  instance.closeSync();
  const reader = openSync(out('all.duckdb'), 'r');
  const before = readFileSync(reader);
  shop.write({ 'models/gold/items.sql': items(10) });
  const { exitCode, text } = await lake('build', '--full-refresh', '--select', 'gold.items');
  expect([exitCode, text]).toEqual([0, expect.stringContaining('2 published')]);
  for (const read of [inDuckDB, inSqlite]) {
    expect((await read('select * from mine')).map(([a]) => Number(a))).toEqual([7]);
    expect(await read('select max(id) from seen')).toHaveLength(1);
    expect((await read('select id from items')).length).toBe(10);
    expect(await read('select * from "ödd"')).toHaveLength(2);
  }
  expect(readFileSync(out('all.duckdb')).equals(before)).toBe(false);
  const kept = Buffer.alloc(before.length);
  readSync(reader, kept, 0, kept.length, 0);
  expect(kept.equals(before)).toBe(true);
  closeSync(reader);
});

test('what the file has is left as it is; a table that somebody dropped is made again', async () => {
  const seen = () => ['all.duckdb', 'all.sqlite'].map((name) => statSync(out(name)).ino);
  const before = seen();
  expect((await lake('publish')).text).toContain('Nothing changed');
  expect(seen()).toEqual(before);
  const database = new sqlite.Database(out('all.sqlite'));
  database.exec('drop table items');
  database.close();
  expect((await lake('publish')).text).toMatch(/lite\/items .*10 rows[\s\S]*1 published/);
  expect(inSqlite('select count(*) from items')).toEqual([[10]]);
});

/** A process that has the file open for writing, and nothing pending: no log lies beside the file. */
const HOLDER = `import { DuckDBInstance } from '@duckdb/node-api';
const instance = await DuckDBInstance.create(process.argv.at(-1));
process.stdin.once('data', async () => {
  const connection = await instance.connect();
  await connection.run('insert into mine values (8)');
  connection.closeSync();
  instance.closeSync();
  process.exit();
});
console.log('open');`;

test('a file that another process has open for writing is not replaced under it: its writes are in the file afterwards', async () => {
  const before = statSync(out('all.duckdb')).ino;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, '--', out('all.duckdb')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'exit');
  try {
    await once(holder.stdout, 'data');
    expect(existsSync(out('all.duckdb.wal'))).toBe(false);
    const { exitCode, text } = await lake('publish', '--full-refresh', '--to', 'duck');
    expect(exitCode).toBe(1);
    expect(text).toMatch(
      new RegExp(`LK8034 out/all.duckdb is open for writing in .*\\(PID ${holder.pid}\\)`),
    );
    expect(statSync(out('all.duckdb')).ino).toBe(before);
    holder.stdin.write('go');
    await ended;
  } finally {
    holder.kill();
  }
  expect((await lake('publish', '--full-refresh', '--to', 'duck')).exitCode).toBe(0);
  expect((await inDuckDB('select a from mine order by a')).map(([a]) => a)).toEqual([7, 8]);
});

test('a file that others write to, that is none, or that has a table of that name is refused and left as it is', async () => {
  const failing = async (...args: string[]) => {
    const files = ['all.duckdb', 'all.sqlite'].map((name) => readFileSync(out(name)));
    const { exitCode, text } = await lake('publish', ...args);
    expect(exitCode).toBe(1);
    ['all.duckdb', 'all.sqlite'].forEach((name, i) => {
      expect(readFileSync(out(name)).equals(files[i]!)).toBe(true);
    });
    return text;
  };
  writeFileSync(out('all.sqlite-wal'), '');
  expect(await failing('--full-refresh', '--to', 'lite')).toContain(
    'LK8034 out/all.sqlite is open elsewhere: all.sqlite-wal lies beside it',
  );
  rmSync(out('all.sqlite-wal'));
  writeFileSync(out('all.duckdb.wal'), 'log');
  writeFileSync(out('all.sqlite'), 'no database at all, though long enough to be one'.repeat(100));
  const text = await failing('--full-refresh');
  expect(text).toMatch(/LK8034 out\/all.duckdb has changes that are not in it yet: all.duckdb.wal/);
  expect(text).toMatch(/LK8035 out\/all.sqlite cannot be used: file is not a database/);
  for (const name of ['all.duckdb', 'all.duckdb.wal', 'all.sqlite']) rmSync(out(name));
  const instance = await DuckDBInstance.create(out('all.duckdb'));
  const connection = await instance.connect();
  await connection.run('create table ITEMS as select 1 as mine');
  connection.closeSync();
  instance.closeSync();
  const { exitCode, text: told } = await lake('publish');
  expect(exitCode).toBe(1);
  expect(told).toMatch(
    /LK8033 duck\/items was not published: out\/all.duckdb has a table items that lake did not make/,
  );
  // What has nothing to do with it is there.
  expect(await inDuckDB('select mine from items union all select count(*)::int from "ödd"')).toEqual([
    [1],
    [2],
  ]);
  expect(inSqlite('select count(*) from items')).toEqual([[10]]);
  expect(readdirSync(join(shop.root, 'target', 'publish'))).toEqual([]);
});
