/** `lake query` answers one question, and changes nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
