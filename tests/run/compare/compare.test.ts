/** `lake drift` and `lake diff`: what the newest load changed, and which rows really differ, as a person and a program read it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLake } from '../../support/run-lake.js';
import { type City, city } from '../support/city.js';
import type { PortalContent, Row } from '../support/portal.js';

const WARDS = ['North', 'East', 'South'];
const DAYS = ['2026-01-05', '2026-02-11', '2026-03-23'];

/** Thirty trees and as many visits to them, in the dialect of a day. */
function day(number: 1 | 2 | 3): PortalContent {
  const tree = (n: number): Row => ({
    TREE_ID: String(n),
    WARD: WARDS[n % 3]!,
    CODE: String(n % 20),
    PLANTED: DAYS[n % 3]!,
    DEATHS: n % 2 === 0 ? '0' : String(n),
  });
  // Codes are padded, dates written otherwise, 0 is nothing, WARD has a number, and two trees were really edited.
  const later = (n: number): Row => ({
    TREE_ID: String(n),
    WARD: n === 4 ? 'West (9)' : `${WARDS[n % 3]} (${n % 3})`,
    CODE_NO: String(n % 20).padStart(3, '0'),
    PLANTED: n === 7 ? '2025/12/24' : DAYS[n % 3]!.replaceAll('-', '/'),
    DEATHS: n % 2 === 0 ? null : String(n),
  });
  const numbers = Array.from({ length: 30 }, (_, n) => n);
  const rows =
    number === 1
      ? numbers.map(tree)
      : [...numbers.slice(1), 31, 32, ...(number === 3 ? [33] : [])].map(later);
  const visits = numbers.map((n) => ({
    PLACE: number === 1 ? `P${n % 4}` : `p${n % 4}`,
    YEAR: String(2020 + (n % 2)),
  }));
  const columns = (one: Row) => Object.fromEntries(Object.keys(one).map((name) => [name, 'text']));
  const at = `2026-10-0${number}T10:00:00Z`;
  const seen = number === 1 ? visits : [...visits.slice(1), { PLACE: 'P9', YEAR: '2021' }];
  return {
    ckan: {
      trees: { columns: columns(rows[0]!), rows, at },
      visits: { columns: columns(visits[0]!), rows: seen, at },
    },
  };
}

const FILES = {
  'datasets/trees.yml': `dataset: trees
portal: ckan
source: {package: trees}
key: [tree_id]
fields:
  tree_id: integer
  ward: {sql: "regexp_replace(value, ' \\\\([0-9]+\\\\)$', '')"}
  code: {from: [CODE, CODE_NO], type: integer}
  planted: {type: date, format: [iso, '%Y/%m/%d']}
  deaths: {type: integer, default: 0}
guards: {max_null_rise: 100%}
`,
  'datasets/visits.yml': `dataset: visits
portal: ckan
source: {package: visits}
key: none
fields: {place: varchar, year: integer}
`,
};

let project: City;
beforeAll(async () => {
  project = city(FILES, day(1));
  await project.build();
  project.serve(day(2));
  await project.build();
});
afterAll(() => project.remove());

const lake = (...args: string[]) => runLake(project.root, args);
const json = async (...args: string[]) => JSON.parse((await lake(...args, '--output', 'json')).stdout);
const steady = (text: string) =>
  text.replace(/\d{8}T\d{6}Z-\w{6}/g, '<load>').replace(/\d{4}-\d\d-\d\d,/g, '<day>,');

describe('lake drift', () => {
  test('F34: says in words what the newest load changed: columns, type, format, values, NULLs', async () => {
    const { stdout, exitCode } = await lake('drift', 'trees', '--output', 'table');
    expect([exitCode, steady(stdout)]).toEqual([
      0,
      `trees: load <load> (<day>, 30 rows) → load <load> (<day>, 31 rows)
  renamed  CODE_NO  was called "CODE"
  format   WARD     a number in brackets at the end, such as 'East (1)' in 100 % of the values, before in 0 %; before more often capitals and small letters, such as 'East'
  values   WARD     new 'South (2)' (11×), 'East (1)' (10×), 'North (0)' (9×), 'West (9)' (1×); gone 'East' (10×), 'North' (10×), 'South' (10×)
  format   CODE_NO  leading zeros, such as '000' in 100 % of the values, before in 0 %; before more often whole numbers, such as '0'
  format   PLANTED  dates like '2025/12/24' in 100 % of the values, before in 0 %; before more often dates like '2026-01-05'
  nulls    DEATHS   no value in 48.4 % of the rows, before in 0 %`,
    ]);
  });

  test('as JSON: one row a change, with both loads', async () => {
    const rows = await json('drift', 'trees');
    expect(rows.map((row: Record<string, string>) => [row['column'], row['kind']])).toEqual([
      ['CODE_NO', 'renamed'],
      ['WARD', 'format'],
      ['WARD', 'values'],
      ['CODE_NO', 'format'],
      ['PLANTED', 'format'],
      ['DEATHS', 'nulls'],
    ]);
    expect(rows[0]).toMatchObject({ dataset: 'trees', before: 'CODE', now: 'CODE_NO' });
  });

  test('--fail exits with 1 until the drift is accepted, however many loads follow', async () => {
    const drift = await lake('drift', 'trees', '--fail');
    expect([drift.exitCode, drift.stderr]).toEqual([1, expect.stringContaining('lake drift --accept trees')]);
    project.serve(day(3));
    await project.build();
    const [row] = await json('drift', 'trees');
    expect([(await lake('drift', 'trees', '--fail')).exitCode, row.kind]).toEqual([1, 'renamed']);
    await lake('drift', '--accept', 'trees');
    expect((await lake('drift', 'trees', '--fail')).exitCode).toBe(0);
  });

  test('F34: --history keeps the columns of every load, and so does meta.columns', async () => {
    const rows = await json('drift', 'trees', '--history');
    expect(rows.map((row: Record<string, unknown>) => [row['columns'], row['change']])).toEqual([
      [6, 'first load'],
      [6, 'renamed "CODE" → "CODE_NO"'],
      [6, 'as before'],
    ]);
    const sql = `select column_name, count(*) as loads from meta.columns where dataset = 'trees' and column_name like 'CODE%' group by 1 order by 1`;
    expect((await json('query', sql)).map((row: Record<string, unknown>) => row['column_name'])).toEqual([
      'CODE',
      'CODE_NO',
    ]);
  });

  test('a name that is no dataset', async () => {
    const { exitCode, stderr } = await lake('drift', 'tress');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Did you mean "trees"?')]);
  });
});

describe('lake diff', () => {
  test('reformatted columns, each with the one rule that explains it, apart from edits, row by row', async () => {
    const { stdout } = await lake('diff', 'trees', '--from', '0', '--to', '1', '--output', 'table');
    expect(steady(stdout)).toBe(`trees: version 0 (load <load>) → version 1 (load <load>)
  columns: renamed "CODE" → "CODE_NO"

As the portal delivered it: 30 → 31 rows, 2 added, 1 removed, 29 changed, 2 of them edited
  WARD     28  something added or cut at the end: 'East' → 'East (1)'  silver: ward in 1 row
  WARD      1  edits: 'East' → 'West (9)'
  CODE_NO  29  leading zeros: '1' → '001'                              silver: the same
  PLANTED  28  the same date: '2026-02-11' → '2026/02/11'              silver: planted in 1 row
  PLANTED   1  edits: '2026-02-11' → '2025/12/24'
  DEATHS   14  one value for another: '0' → NULL                       silver: the same
Edits, row by row:
  4  WARD     'East' → 'West (9)'
  7  PLANTED  '2026-02-11' → '2025/12/24'
Added: 31, 32
Removed: 0

In silver: 30 → 31 rows, 2 added, 1 removed, 2 changed
  ward     1  edits: 'East' → 'West'
  planted  1  edits: '2026-02-11' → '2025-12-24'`);
  });

  test('as JSON: rows added and removed, causes and edits of both layers', async () => {
    const rows = await json('diff', 'trees', '--from', '0', '--to', '1');
    expect(rows.filter((row: Record<string, unknown>) => row['change'] === 'edit')).toEqual([
      { layer: 'bronze', change: 'edit', column: 'WARD', rows: 1, key: '4', before: 'East', now: 'West (9)' },
      {
        layer: 'bronze',
        change: 'edit',
        column: 'PLANTED',
        rows: 1,
        key: '7',
        before: '2026-02-11',
        now: '2025/12/24',
      },
      { layer: 'silver', change: 'edit', column: 'ward', rows: 1, key: '4', before: 'East', now: 'West' },
      {
        layer: 'silver',
        change: 'edit',
        column: 'planted',
        rows: 1,
        key: '7',
        before: '2026-02-11',
        now: '2025-12-24',
      },
    ]);
    expect(rows[0]).toMatchObject({ layer: 'bronze', change: 'added', rows: 2 });
  });

  test('rows without a key are compared as a bag', async () => {
    const { stdout, stderr } = await lake('diff', 'visits', '--output', 'table', '--from', '0', '--to', '1');
    expect(stderr).toBe('');
    expect(steady(stdout)).toBe(`visits: version 0 (load <load>) → version 1 (load <load>)

As the portal delivered it, as a bag of rows: 30 → 30 rows, 30 added, 30 removed, of which 29 only in another spelling
  PLACE  30  29 in another spelling alone, such as 'P0' → 'P9'
  YEAR    1  other values, such as '2020' → '2021'
Added, such as:
  PLACE P9, YEAR 2021
Removed, such as:
  PLACE P0, YEAR 2020

In silver: 30 → 30 rows, 30 added, 30 removed`);
  });

  test('a load by its id; one that is not there is told with those that are', async () => {
    const [first] = await json('query', `select min(load_id) as id from meta.loads where dataset = 'trees'`);
    const rows = await json('diff', 'trees', '--from', first.id, '--to', '1');
    expect(rows[0]).toMatchObject({ change: 'added', rows: 2 });
    const { exitCode, stderr } = await lake('diff', 'trees', '--from', 'yesterday');
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/trees has no load "yesterday"[\s\S]*its newest loads are \d/),
    ]);
  });
});
