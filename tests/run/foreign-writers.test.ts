/** Another program writes into tables that lake computes: told by the next build, and taken back. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { foreignWrites } from '../../src/plan/foreign-writes.js';
import { ForeignWriter } from '../lakehouse/support/foreign-writer.js';
import { connect } from '../lakehouse/support/writer.js';
import { runLake } from '../support/run-lake.js';
import { type City, city } from './support/city.js';

const FILES = {
  'datasets/benches.yml': `dataset: benches
portal: files
source: {url: benches.csv}
key: [bench]
fields: {bench: varchar, park: varchar}
`,
  'models/gold/benches_by_park.sql': `select park, count(*) as benches from {{ref 'benches'}} group by park\n`,
  'models/gold/seen.sql': `{{config materialized='incremental' incremental_strategy='append'}}
select bench, park from {{ref 'benches'}}
{{#if (is_incremental)}}where bench > (select max(bench) from {{self}}){{/if}}
`,
};

let built: City;
beforeAll(async () => {
  built = city(FILES, { files: { 'benches.csv': 'bench,park\nb1,High Park\nb2,Riverdale\n' } });
  await built.build();
});
afterAll(() => built.remove());

const other = async (here: City, table: string) =>
  new ForeignWriter(join(here.root, 'lake', table.replace('.', '/')), await connect(), 'delta-rs:py-1.6.6');

/** Files that the log adds up to, as any other reader sees them, and their rows. */
async function rowsElsewhere(here: City, table: string): Promise<number> {
  const { openLake } = await import('../../src/lakehouse/open-lake.js');
  const lake = await openLake({ type: 'local', path: 'lake' }, here.root);
  const { version } = (await lake.head(table))!;
  return (await lake.at(table, version)).state.rows;
}

const strangers = `select 'x1' as bench, 'Nowhere' as park, '' as _load_id union all select 'x2', 'Nowhere', ''`;

describe('rows that another program put into a table', () => {
  test('silver is built again, says why, and its children are reused', async () => {
    const here = built.copy();
    const version = await (await other(here, 'silver.benches')).append(strangers);
    expect(await rowsElsewhere(here, 'silver.benches')).toBe(4);
    const plan = await runLake(here.root, ['plan', '--output', 'json']);
    expect(plan.stdout).toContain(`delta-rs:py-1.6.6 wrote to it: version ${version} added 2 rows in 1 file`);
    const run = await here.build();
    expect(run.node('silver.benches')).toMatchObject({
      reason: `delta-rs:py-1.6.6 wrote to it: version ${version} added 2 rows in 1 file, its rows are the same`,
      notes: [
        `delta-rs:py-1.6.6 wrote to it: version ${version} added 2 rows in 1 file; that is replaced by what lake computes`,
      ],
      version: version + 1,
    });
    expect(run.statuses['gold.benches_by_park']).toBe('reused');
    expect(await rowsElsewhere(here, 'silver.benches')).toBe(2);
    expect(await here.query('select bench from silver.benches order by all')).toEqual([['b1'], ['b2']]);
    expect((await here.build()).statuses['silver.benches']).toBe('reused');
    here.remove();
  });

  test('bronze is put back without a request more, and says so once', async () => {
    const here = built.copy();
    await (await other(here, 'bronze.benches')).append(strangers);
    const run = await here.build();
    expect(run.node('bronze.benches').notes).toEqual([
      'delta-rs:py-1.6.6 wrote to it: version 1 added 2 rows in 1 file; that is taken back, for the table is what the portal delivered',
    ]);
    expect(run.statuses).toMatchObject({ 'silver.benches': 'reused', 'gold.benches_by_park': 'reused' });
    expect(await rowsElsewhere(here, 'bronze.benches')).toBe(2);
    expect((await here.build()).node('bronze.benches').notes ?? []).toEqual([]);
    here.remove();
  });

  test('an incremental model goes on from its own rows', async () => {
    const here = built.copy();
    await (await other(here, 'gold.seen')).append(`select 'z9' as bench, 'Nowhere' as park`);
    here.serve({ files: { 'benches.csv': 'bench,park\nb1,High Park\nb2,Riverdale\nb3,Riverdale\n' } });
    await here.build();
    expect(await here.query('select bench from gold.seen order by all')).toEqual([['b1'], ['b2'], ['b3']]);
    expect(await rowsElsewhere(here, 'gold.seen')).toBe(3);
    here.remove();
  });

  test('rows that it took away are back, from the files or, where these are gone, built anew', async () => {
    const here = built.copy();
    const before = await here.state('silver.benches');
    const writer = await other(here, 'silver.benches');
    writer.delete(...before.files.map(({ path }) => path));
    await here.build();
    expect((await here.state('silver.benches')).files).toEqual(before.files);
    writer.delete(...before.files.map(({ path }) => path));
    for (const { path } of before.files) rmSync(join(writer.folder, path));
    const run = await here.build();
    expect(run.node('silver.benches').reason).toMatch(/removed 2 rows in 1 file$/);
    expect(await here.query('select bench from silver.benches order by all')).toEqual([['b1'], ['b2']]);
    here.remove();
  });

  test('what is published stays as it was until then: no question sees foreign rows', async () => {
    const here = built.copy();
    await (await other(here, 'silver.benches')).append(strangers);
    await here.build({ select: ['gold.benches_by_park'] });
    expect(await here.query('select count(*)::integer from silver.benches')).toEqual([[2]]);
    const asked = await runLake(here.root, [
      'query',
      'select count(*) as n from silver.benches',
      '--output',
      'json',
    ]);
    expect(JSON.parse(asked.stdout)).toEqual([{ n: 2 }]);
    here.remove();
  });
});

test('F36: a table that lake cannot read fails those who read it, and nobody else', async () => {
  const here = built.copy();
  const writer = await other(here, 'silver.benches');
  writer.commit('ALTER TABLE', [{ protocol: { minReaderVersion: 2, minWriterVersion: 5 } }]);
  here.serve({ files: { 'benches.csv': 'bench,park\nb1,High Park\n' } });
  const plan = await runLake(here.root, ['plan', '--output', 'json']);
  expect(plan.stdout).toContain('silver.benches uses features of Delta that lake does not know');
  const run = await here.build({ exit: 1 });
  expect(run.statuses).toEqual({
    'bronze.benches': 'success',
    'silver.benches': 'error',
    'gold.benches_by_park': 'skipped',
    'gold.seen': 'skipped',
  });
  expect(run.node('silver.benches').error).toMatchObject({ code: 'LK6025' });
  expect(await here.query('select count(*)::integer from silver.benches')).toEqual([[2]]);
  here.remove();
});

test('files that another program compacted are read as they are, and nothing is built', async () => {
  const here = built.copy();
  const before = await here.state('gold.benches_by_park');
  const writer = await other(here, 'gold.benches_by_park');
  const rows = `select 'High Park' as park, 1::bigint as benches union all select 'Riverdale', 1`;
  await writer.compact(
    rows,
    before.files.map(({ path }) => path),
  );
  for (const { path } of before.files) rmSync(join(writer.folder, path));
  const run = await here.build();
  expect(run.statuses['gold.benches_by_park']).toBe('reused');
  expect(await here.query('select * from gold.benches_by_park order by all')).toEqual([
    ['High Park', '1'],
    ['Riverdale', '1'],
  ]);
  here.remove();
});

test('a sentence tells the first versions and counts the others', () => {
  const version = (number: number, more = {}) => ({
    version: number,
    writer: 'Spark',
    operation: 'WRITE',
    addedFiles: 1,
    removedFiles: 0,
    dataChange: true,
    ...more,
  });
  expect(foreignWrites(undefined)).toBeUndefined();
  expect(foreignWrites([version(1, { dataChange: false })])).toBeUndefined();
  expect(
    foreignWrites([
      version(1, { addedRows: 1200, removedFiles: 2, removedRows: 1 }),
      version(2, { writer: 'delta-rs' }),
      version(3, { addedFiles: 0 }),
      version(4),
      version(5),
    ]),
  ).toBe(
    'Spark and delta-rs wrote to it: version 1 added 1,200 rows in 1 file and removed 1 row in 2 files; version 2 added 1 file; version 3 changed no file; 2 more versions',
  );
});
