/** What parsing says of SQL that reads files or other databases: found in DuckDB's own syntax tree, nothing is opened. */
import { expect, it } from 'vitest';
import { withEngine } from '../with-engine.js';

const { engine } = withEngine();

it.each([
  ["select * from read_csv('a.csv')", 'read_csv()', 1, 15],
  ['select 1 as é,\n  (select count(*) from\n  glob("x"))', 'glob()', 3, 3],
  ["with a as (select * from 'b.parquet') select * from a", '"b.parquet"', 1, 26],
  ['select 1 union all select n from "s3://bucket/c.json.gz"', '"s3://bucket/c.json.gz"', 1, 34],
  ['select * from d.csv', '"d.csv"', 1, 15],
  ["select * from t join sqlite_scan('x.db', 'y') using (n)", 'sqlite_scan()', 1, 22],
  ["select * from query('from t')", 'query()', 1, 15],
  ["select n in (select content from read_text('x')) from t", 'read_text()', 1, 34],
])('%s', async (sql, what, line, col) => {
  const [error] = await engine.parse([sql]);
  expect(error).toMatchObject({
    code: 'LK2046',
    message: `${what} reads what is not of the project`,
    details: { line, col },
  });
});

it('lets texts, comments and names that only look like it pass', async () => {
  const fine = [
    "select 'see read_csv(x) in a.csv' as note -- from 'x.csv'",
    `select x.json, "y.csv" from t as x`,
    'with read_notes as (select 1) select * from read_notes',
    "select * from t where name glob '*.csv'",
    "create macro m() as 'read_csv(x)'",
  ];
  expect(await engine.parse(fine)).toEqual(fine.map(() => null));
});
