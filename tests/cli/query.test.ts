/** `lake query` answers one question, and changes nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForeignWriter } from '../lakehouse/support/foreign-writer.js';
import { connect } from '../lakehouse/support/writer.js';
import { runLake } from '../support/run-lake.js';
import { smallCity, type TempProject } from '../support/small-city.js';

let city: TempProject;
beforeAll(async () => {
  city = smallCity();
  await runLake(city.root, ['build', '-q']);
});
afterAll(() => city.remove());

const query = (sql: string) => runLake(city.root, ['query', sql, '--output', 'csv']);

describe('questions are answered', () => {
  it.each([
    ['from silver.parks order by park limit 1', 'High Park,161'],
    ['with x as (select 1 as a) select * from x', 'a\n1'],
    ["/* a comment */ -- another\n(select 'x' as a)", 'a\nx'],
    ['values (1), (2)', '1\n2'],
    ['describe silver.parks', 'park,VARCHAR'],
    ['summarize silver.parks', 'hectares'],
    ['explain select 1', 'physical_plan'],
    ["pivot silver.trees on park in ('Riverdale') using count(*)", 'Riverdale'],
    ['select dataset, kind, status from meta.loads order by dataset', 'parks,full,committed'],
  ])('%s', async (sql, part) => {
    const { stdout, exitCode } = await query(sql);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(part)]);
  });
});

it('NULL and an empty text look different, in a table and in CSV', async () => {
  const sql = "select null as a, '' as b, 1 as c";
  const table = await runLake(city.root, ['query', sql, '--output', 'table']);
  expect(table.stdout).toBe('a  b  c\n∅     1');
  expect((await query(sql)).stdout).toBe('a,b,c\n,"",1');
});

describe('--heads', () => {
  it('asks the newest commit of each table, whoever wrote it and whether or not its run has ended; without it the recorded set', async () => {
    const own = smallCity();
    await runLake(own.root, ['build', '-q']);
    const folder = join(own.root, 'lake/silver/trees');
    await new ForeignWriter(folder, await connect()).append(
      `from read_parquet('${folder}/*.parquet') limit 1`,
    );
    const count = async (...flags: string[]) => {
      const sql =
        'select (select count(*) from silver.trees) as trees, (select count(*) from silver.parks) as parks';
      const { stdout } = await runLake(own.root, ['query', sql, '--output', 'json', ...flags]);
      return JSON.parse(stdout)[0];
    };
    const { trees, parks } = await count();
    expect(await count('--heads')).toEqual({ trees: trees + 1, parks });
    expect(await count()).toEqual({ trees, parks });
    const both = await runLake(own.root, ['query', 'select 1', '--heads', '--at', '1']);
    expect(both).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--at') });
    own.remove();
  }, 60_000);
});

describe('the lake as it was', () => {
  const count = async (at: string) => {
    const sql = 'select count(*)::integer as n from silver.trees';
    return runLake(city.root, ['query', sql, '--at', at, '--output', 'csv']);
  };
  const rows = async (at: string) => (await count(at)).stdout.trim().split('\n').at(-1);

  it('is asked for by a time, by the number of a set, and for one table by its version', async () => {
    const now = await rows(new Date(Date.now() + 60_000).toISOString());
    expect(Number(now)).toBeGreaterThan(0);
    expect(await rows('1')).toBe(now);
    expect(await rows('silver.trees=0')).toBe(now);
    expect(await rows('2999-01-01')).toBe(now);
  });

  it.each([
    ['2020-01-01', 'LK6027', 'the lake has no set that was published by 2020-01-01'],
    ['99', 'LK6027', 'the lake has no set 99'],
    ['yesterday', 'LK6027', '"yesterday" is no time, no number of a set and no version of a table'],
    ['silver.trees=x', 'LK6027', '"silver.trees=x" is no time'],
    ['silver.trees=9', 'LK6024', 'silver.trees has no version 9'],
  ])('%s is refused', async (at, code, message) => {
    const { exitCode, stderr } = await count(at);
    expect([exitCode, stderr]).toEqual([expect.any(Number), expect.stringContaining(code)]);
    expect(stderr).toContain(message);
  });
});

describe('whatever is more than a question is refused', () => {
  it.each([
    ["copy (select 1) to 'stolen.csv'", 'this begins with COPY'],
    ["attach 'other.duckdb' as other", 'this begins with ATTACH'],
    ['insert into silver.trees values (1)', 'this begins with INSERT'],
    ['explain analyze create table x as select 1', 'this begins with CREATE'],
    ['with x as (select 1) insert into silver.trees select * from x', ''],
    ['set threads = 1', 'this begins with SET'],
    ['pragma version', 'this begins with PRAGMA'],
    ['select 1; drop table silver.trees', 'these are 2 statements'],
  ])('%s', async (sql, what) => {
    const { stderr, exitCode } = await query(sql);
    if (what !== '') {
      expect(stderr).toMatch(/^LK7010 lake query takes one SELECT, and /);
      expect(stderr).toContain(what);
    }
    expect(exitCode).not.toBe(0);
    expect(existsSync(join(city.root, 'stolen.csv'))).toBe(false);
  });
});

it.each([
  ["select * from {{ref 'parks'}}", 'silver.parks'],
  ["select * from {{ ref('trees_by_park') }}", 'gold.trees_by_park'],
])('a template is told with the name of the table: %s', async (sql, name) => {
  const { stderr, exitCode } = await query(sql);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(`A question names tables as they are published: ${name}. Templates are for`);
  expect(stderr).toContain('lake show --inline');
});
