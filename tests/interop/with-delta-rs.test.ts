/** delta-rs writes to tables that lake computes, and reads what lake makes of them. LAKE_PYTHON has `deltalake` and `polars`. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type City, city } from '../run/support/city.js';

const python = process.env['LAKE_PYTHON'] ?? 'python3';
const program = fileURLToPath(new URL('./delta_rs.py', import.meta.url));

const trees = (rows: number, from = 0) =>
  Array.from(
    { length: rows },
    (_, i) => `t${String(from + i).padStart(3, '0')},Área ${i % 3},2024-01-0${1 + (i % 9)}T10:00:00Z`,
  );
const csv = (rows: readonly string[]) => `tree,area,seen\n${rows.join('\n')}\n`;

const FILES = {
  'datasets/trees.yml': `dataset: trees
portal: files
source: {url: trees.csv}
key: [tree]
partition_by: [area]
fields: {tree: varchar, area: varchar, seen: {type: timestamptz}}
`,
  'models/gold/by_area.sql': `select area, count(*) as trees, max(seen) as seen from {{ref 'trees'}} group by area\n`,
  'models/gold/all_trees.sql': `{{config materialized='incremental' incremental_strategy='append'}}
select tree, area, seen from {{ref 'trees'}}
{{#if (is_incremental)}}where tree > (select max(tree) from {{self}}){{/if}}
`,
};

let built: City;
let here: City;
beforeAll(async () => {
  built = city(FILES, { files: { 'trees.csv': csv(trees(9)) } });
  await built.build();
}, 60_000);
beforeEach(() => {
  here?.remove();
  here = built.copy();
});
afterAll(() => {
  here.remove();
  built.remove();
});

interface Answer {
  readonly rows: readonly Record<string, unknown>[];
  readonly same_in_polars: boolean;
}

async function deltaRs(table: string, operation: string, ...args: readonly string[]): Promise<Answer> {
  const { stdout } = await execa(python, [
    program,
    join(here.root, 'lake', table.replace('.', '/')),
    operation,
    ...args,
  ]);
  return JSON.parse(stdout);
}

/** What delta-rs and Polars read is what lake publishes. */
async function expectSame(table: string, columns: string): Promise<void> {
  const { rows, same_in_polars: same } = await deltaRs(table, 'read');
  expect(same).toBe(true);
  const names = columns.split(', ');
  const theirs = rows.map((row) => names.map((name) => String(row[name])));
  const ours = await here.query(`select ${names.map((name) => `${name}::varchar`).join(', ')} from ${table}`);
  const text = (all: unknown[][]) => all.map((row) => row.join(' | ').replaceAll('+00:00', '+00')).sort();
  expect(text(theirs)).toEqual(text(ours));
}

const state = (table: string) => here.state(table);
const stranger = JSON.stringify([{ area: 'Nowhere', trees: 7, seen: null }]);

describe('delta-rs appends', () => {
  test('to a model: told, built again, and its rows are gone for every reader; what reads the model is reused', async () => {
    await deltaRs('gold.by_area', 'append', stranger);
    const run = await here.build();
    expect(run.node('gold.by_area').notes).toEqual([
      expect.stringMatching(
        /^delta-rs:\S+ wrote to it: version 1 added 1 row in 1 file; that is replaced by what lake computes$/,
      ),
    ]);
    await expectSame('gold.by_area', 'area, trees');
    expect((await here.build()).statuses['gold.by_area']).toBe('reused');
  });

  test('to partitions of silver and to bronze: taken back without a request more', async () => {
    const row = [{ tree: 'x', area: 'Neue Straße 100%', seen: '2024-01-01T00:00:00Z' }];
    await deltaRs('silver.trees', 'append', JSON.stringify(row.map((one) => ({ ...one, seen: null }))));
    await deltaRs('bronze.trees', 'append', JSON.stringify([{ tree: 'x', area: 'y', seen: 'z' }]));
    const run = await here.build();
    expect(run.node('silver.trees').reason).toContain('added 1 row in 1 file');
    expect(run.node('bronze.trees').notes?.[0]).toContain('added 1 row in 1 file; that is taken back');
    await expectSame('silver.trees', 'tree, area, seen');
    expect((await deltaRs('bronze.trees', 'read')).rows).toHaveLength(9);
  });

  test('and takes rows away from an incremental model: they are back, and it goes on', async () => {
    await deltaRs('gold.all_trees', 'delete', `tree < 't004'`);
    here.serve({ files: { 'trees.csv': csv(trees(12)) } });
    await here.build();
    await expectSame('gold.all_trees', 'tree, area, seen');
    expect((await deltaRs('gold.all_trees', 'read')).rows).toHaveLength(12);
  });
});

describe('delta-rs compacts', () => {
  test('many files of a model into one: read as it is, with instants as they were, even after a vacuum', async () => {
    for (let day = 0; day < 4; day++) {
      here.serve({ files: { 'trees.csv': csv(trees(10 + day)) } });
      await here.build();
    }
    expect((await state('gold.all_trees')).files.length).toBeGreaterThan(3);
    const before = (await here.query('select * from gold.all_trees order by all')).map(String);
    expect(await deltaRs('gold.all_trees', 'optimize')).toMatchObject({ numFilesAdded: 1 });
    const run = await here.build();
    expect(run.statuses['gold.all_trees']).toBe('reused');
    expect((await state('gold.all_trees')).files).toHaveLength(1);
    expect((await here.query('select * from gold.all_trees order by all')).map(String)).toEqual(before);
    await deltaRs('gold.all_trees', 'vacuum');
    here.serve({ files: { 'trees.csv': csv(trees(14)) } });
    await here.build();
    expect(await here.query('select count(*)::integer from gold.all_trees')).toEqual([[14]]);
    await expectSame('gold.all_trees', 'tree, area, seen');
  });

  test('partitions in another order', async () => {
    await deltaRs('silver.trees', 'z_order', 'tree');
    const run = await here.build();
    expect(run.statuses['silver.trees']).toBe('reused');
    await expectSame('silver.trees', 'tree, area, seen');
  });
});

describe('delta-rs writes a checkpoint', () => {
  test('lake goes on from it: its own ones hold what the log before it held', async () => {
    await deltaRs('gold.by_area', 'checkpoint');
    const log = join(here.root, 'lake/gold/by_area/_delta_log');
    for (let i = 1; i < 22; i++) {
      here.serve({ files: { 'trees.csv': csv(trees(9 + i)) } });
      await here.build({ select: ['trees', 'by_area'] });
    }
    const checkpoints = readdirSync(log).filter((name) => name.endsWith('.checkpoint.parquet'));
    expect(checkpoints.map((name) => Number(name.slice(0, 20)))).toEqual([0, 10, 20]);
    for (const name of readdirSync(log))
      if (/^\d{20}\./.test(name) && Number(name.slice(0, 20)) < 20) rmSync(join(log, name));
    await expectSame('gold.by_area', 'area, trees');
    expect((await here.build()).statuses['gold.by_area']).toBe('reused');
  }, 240_000);
});

describe('delta-rs changes what a table is', () => {
  test('a property stays, a column goes with the next version', async () => {
    await deltaRs('gold.by_area', 'set_property', '{"delta.logRetentionDuration": "interval 2 days"}');
    await deltaRs('gold.by_area', 'add_column', 'note');
    expect((await here.build()).statuses['gold.by_area']).toBe('reused');
    here.serve({ files: { 'trees.csv': csv(trees(20)) } });
    await here.build();
    await expectSame('gold.by_area', 'area, trees');
    expect(Object.keys((await deltaRs('gold.by_area', 'read')).rows[0]!)).toEqual(['area', 'trees', 'seen']);
  });

  test('a constraint is refused by name', async () => {
    await deltaRs('gold.by_area', 'add_constraint', 'trees > 0');
    const run = await here.build({ exit: 1 });
    expect(run.node('gold.by_area').error).toMatchObject({
      code: 'LK6025',
      message: expect.stringContaining('checkConstraints'),
    });
    expect(run.statuses['silver.trees']).toBe('reused');
  });
});
