/** `lake.duckdb`: what it opens, and that nobody who opens it is in the way of a build. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tempProject } from '../support/small-city.js';
import { type City, projectIn, sqlProject } from './support/city.js';

const notebookProgram = fileURLToPath(new URL('./support/notebook.mjs', import.meta.url));

const seed = (...rows: string[]) => `id,name\n${rows.join('\n')}\n`;
const FILES = {
  'seeds/trees.csv': seed('1,oak', '2,elm'),
  'models/gold/all_trees.sql': `select id, name, 'x' as "odd ""name" from {{ref 'trees'}}\n`,
  'models/gold/no_trees.sql': `select id, name, date '2024-05-01' as day from {{ref 'trees'}} where id > 100\n`,
  'models/gold/names.sql': `{{config materialized='view'}}\nselect shout(name) as name from {{ref 'all_trees'}}\n`,
  'macros/shout.sql': `create macro shout(word) as upper(word) || '!';\n`,
};

let shop: City;
let notebooks: ChildProcess[];
beforeEach(() => {
  shop = sqlProject(FILES);
  notebooks = [];
});
afterEach(async () => {
  for (const notebook of notebooks) await end(notebook, 'SIGKILL');
  shop.remove();
});

const at = (name: string) => join(shop.root, 'lake', name);
const link = () => readlinkSync(at('lake.duckdb'));
const grow = (...rows: string[]) => shop.write({ 'seeds/trees.csv': seed('1,oak', '2,elm', ...rows) });

async function ask(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(at('lake.duckdb'), { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][];
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}

/** A process that holds the database open. */
async function open(mode: 'READ_ONLY' | 'READ_WRITE') {
  // Only whoever may do everything can write to it as it is.
  if (mode === 'READ_WRITE') chmodSync(at(link()), 0o644);
  const child = spawn(process.execPath, [notebookProgram, at('lake.duckdb'), mode], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  notebooks.push(child);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('"open"');
  return {
    child,
    async ask(sql: string): Promise<unknown> {
      child.stdin!.write(`${sql}\n`);
      return JSON.parse((await lines.next()).value);
    },
  };
}

async function end(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (signal) child.kill(signal);
  else child.stdin!.end();
  await ended;
}

const COUNT = 'select count(*)::integer from gold.all_trees';

test('opens every table and view of the set, empty ones with their types, under any name', async () => {
  await shop.build();
  expect(await ask('select name from gold.names order by 1')).toEqual([['ELM!'], ['OAK!']]);
  expect(await ask(`select "odd ""name" from gold.all_trees limit 1`)).toEqual([['x']]);
  const described = await ask('describe gold.no_trees');
  expect(described.map(([name, type]) => [name, type])).toEqual([
    ['id', 'BIGINT'],
    ['name', 'VARCHAR'],
    ['day', 'DATE'],
  ]);
  expect(await ask('from gold.no_trees')).toEqual([]);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`attach '${at('lake.duckdb')}' as city (read_only)`);
  const rows = await connection.runAndReadAll('select name from city.gold.names order by 1');
  expect(rows.getRowsJson()).toEqual([['ELM!'], ['OAK!']]);
});

test('a notebook that reads it keeps what it opened while builds publish, and the next one sees the newest set', async () => {
  await shop.build();
  const notebook = await open('READ_ONLY');
  expect(await notebook.ask(COUNT)).toEqual([[2]]);
  grow('3,fir');
  await shop.build();
  grow('3,fir', '4,ash');
  await shop.build();
  expect(await notebook.ask(COUNT)).toEqual([[2]]);
  expect(await ask(COUNT)).toEqual([[4]]);
});

test('a notebook that writes to it stops neither a build nor who opens it after that', async () => {
  await shop.build();
  const notebook = await open('READ_WRITE');
  expect(await notebook.ask('create table mine as select 42 as x')).toEqual([['1']]);
  grow('3,fir');
  await shop.build();
  expect(await ask(COUNT)).toEqual([[3]]);
  expect(await notebook.ask('from mine')).toEqual([[42]]);
  expect(await notebook.ask('insert into mine values (43)')).toEqual([['1']]);
  grow('3,fir', '4,ash');
  await shop.build();
  await end(notebook.child);
  expect(await ask(COUNT)).toEqual([[4]]);
});

test('what a killed notebook left of its writes spoils no later set, beside the file or beside the link', async () => {
  await shop.build();
  const notebook = await open('READ_WRITE');
  await notebook.ask('create table mine as select 42 as x');
  await end(notebook.child, 'SIGKILL');
  expect(readdirSync(at(''))).toContain(`${link()}.wal`);
  expect(await ask('from mine')).toEqual([[42]]);
  // DuckDB before 1.5 names it after the link.
  writeFileSync(at('lake.duckdb.wal'), 'left by somebody');
  grow('3,fir');
  await shop.build();
  expect(existsSync(at('lake.duckdb.wal'))).toBe(false);
  expect(existsSync(at(`${link()}.wal`))).toBe(false);
  expect(await ask(COUNT)).toEqual([[3]]);
});

test('a lake that was moved or copied has its own files in lake.duckdb and views.sql again after a build that changes nothing', async () => {
  await shop.build();
  const first = shop.root;
  const elsewhere = tempProject({}).root;
  cpSync(first, elsewhere, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const moved = projectIn({ ...shop, root: elsewhere });
  const stale = moved.read('lake/views.sql');
  expect(stale).toContain(`'${first}/lake/`);
  const built = await moved.build();
  expect(built.set).toBe(1);
  expect(Object.values(built.statuses).every((status) => status === 'reused')).toBe(true);
  expect(moved.read('lake/views.sql')).not.toContain(first);
  // Whatever becomes of the lake that it was copied from.
  rmSync(join(first, 'lake'), { recursive: true });
  const instance = await DuckDBInstance.create(join(elsewhere, 'lake', 'lake.duckdb'), {
    access_mode: 'READ_ONLY',
  });
  const connection = await instance.connect();
  expect((await connection.runAndReadAll(COUNT)).getRowsJson()).toEqual([[2]]);
  connection.closeSync();
  instance.closeSync();
  // Found once: the next one has nothing to write.
  const { mtimeMs } = statSync(join(elsewhere, 'lake', 'views.sql'));
  expect((await moved.build()).engineStarted).toBe(false);
  expect(statSync(join(elsewhere, 'lake', 'views.sql')).mtimeMs).toBe(mtimeMs);
  rmSync(elsewhere, { recursive: true });
});

test('views that are the same as before leave it as it is, and a run that changes nothing makes a lost one again', async () => {
  await shop.build();
  const made = link();
  const again = await shop.build();
  expect([link(), again.engineStarted]).toEqual([made, false]);
  rmSync(at(made));
  expect((await shop.build()).engineStarted).toBe(true);
  expect(await ask(COUNT)).toEqual([[2]]);
  expect((await shop.build()).engineStarted).toBe(false);
});

test('files of earlier sets go once nobody can be about to open them, the newest and the one before it stay', async () => {
  await shop.build();
  const age = () => {
    const old = new Date(Date.now() - 120_000);
    for (const name of readdirSync(at('')).filter((one) => one.startsWith('lake-')))
      utimesSync(at(name), old, old);
  };
  const files = () => readdirSync(at('')).filter((one) => one.startsWith('lake-'));
  grow('3,fir');
  await shop.build();
  writeFileSync(at('lake-1.duckdb.wal'), '');
  grow('3,fir', '4,ash');
  await shop.build();
  expect(files()).toHaveLength(4);
  age();
  grow('4,ash');
  await shop.build();
  expect(files()).toEqual(['lake-3.duckdb', 'lake-4.duckdb']);
  expect(link()).toBe('lake-4.duckdb');
});

test('a table whose file is gone is left out, and the run says nothing else', async () => {
  await shop.build();
  const [file] = readdirSync(at('gold/all_trees')).filter((name) => name.endsWith('.parquet'));
  rmSync(at(`gold/all_trees/${file}`));
  rmSync(at('lake.duckdb'));
  await shop.build({ select: ['trees'] });
  expect(await ask('select count(*)::integer from gold.no_trees')).toEqual([[0]]);
  expect(await ask(`select count(*)::integer from duckdb_views() where view_name = 'all_trees'`)).toEqual([
    [0],
  ]);
});
