import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Arguments } from '../../src/quality/generic/generic-test.js';
import { genericTests } from '../../src/quality/generic/index.js';
import { genericTestSql, type TestSubject } from '../../src/quality/generic/test-sql.js';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  await connection.run('create schema silver');
  await connection.run(`create table silver.shootings as select * from (values
    (1, 'D11', date '2024-01-01', date '2024-01-02', 'it''s'),
    (2, 'D11', date '2024-01-05', date '2024-01-02', null),
    (2, 'D99', date '2024-01-06', null, ''),
    (null, 'D52', null, null, 'x')) as t(id, "Division ""x""", opened, closed, note)`);
  await connection.run(
    `create table silver.divisions as select * from (values ('D11'), ('D52'), (null)) as t("co""de")`,
  );
  await connection.run('create table silver.empty (id integer)');
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function failures(
  name: string,
  subject: Partial<TestSubject>,
  args: Arguments = {},
): Promise<unknown[]> {
  const sql = genericTestSql(genericTests.get(name)!, { relation: '"silver"."shootings"', ...subject }, args);
  // As a run puts it: inside of a longer statement.
  const reader = await connection.runAndReadAll(`create or replace temp table failing as ${sql}`);
  expect(reader.currentRowCount).toBeLessThan(2);
  return (await connection.runAndReadAll('select * from failing')).getRowsJson();
}

const division = 'Division "x"';

describe('rows that a test returns are failures', () => {
  it.each<[string, Partial<TestSubject>, Arguments, unknown[]]>([
    ['not_null', { column: 'id' }, {}, [[null, 'D52', null, null, 'x']]],
    ['not_null', { column: 'id', where: "note = 'it''s' -- the first" }, {}, []],
    ['not_null', { column: division }, {}, []],
    ['unique', { column: 'id' }, {}, [[2, '2']]],
    ['unique', { column: 'id', where: 'closed is not null' }, {}, []],
    ['unique', { column: 'opened' }, {}, []],
    ['accepted_values', { column: division }, { values: ['D11', 'D52'] }, [['D99', '1']]],
    ['accepted_values', { column: 'id' }, { values: [1] }, [[2, '2']]],
    ['accepted_values', { column: 'note' }, { values: ["it's", ''] }, [['x', '1']]],
    ['accepted_values', { column: 'opened' }, { values: ['2024-01-01', '2024-01-05', '2024-01-06'] }, []],
    ['accepted_values', { column: 'id' }, { values: ['1 + 1', '1'], quote: false }, []],
    [
      'relationships',
      { column: division, other: '"silver"."divisions"' },
      { to: 'divisions', field: 'co"de' },
      [['D99', '1']],
    ],
    [
      'relationships',
      { column: 'note', other: '"silver"."divisions"', where: 'note is null' },
      { to: 'divisions', field: 'co"de' },
      [],
    ],
    ['row_count', {}, { min: 4, max: 4 }, []],
    ['row_count', {}, { min: 5 }, [['4']]],
    ['row_count', {}, { max: 3 }, [['4']]],
    ['row_count', { where: 'id = 2' }, { max: 3 }, []],
    ['row_count', { relation: '"silver"."empty"' }, { min: 1 }, [['0']]],
    ['row_count', { relation: '"silver"."empty"' }, { min: 0 }, []],
    [
      'expression_is_true',
      {},
      { expression: 'closed >= opened -- or open' },
      [[2, 'D11', '2024-01-05', '2024-01-02', null]],
    ],
    ['expression_is_true', { where: 'id = 1' }, { expression: 'closed >= opened' }, []],
    ['expression_is_true', {}, { expression: 'id = 1 or id = 2' }, []],
  ])('%s %j %j', async (name, subject, args, rows) => {
    expect(await failures(name, subject, args)).toEqual(rows);
  });

  it('each test of the registry stands under its own name', () => {
    for (const [name, test] of genericTests) expect(test.name).toBe(name);
    expect([...genericTests.keys()]).toEqual([
      'not_null',
      'unique',
      'accepted_values',
      'relationships',
      'row_count',
      'expression_is_true',
    ]);
  });
});
