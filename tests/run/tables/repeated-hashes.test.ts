import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { repeatedHashes } from '../../../src/run/tables/repeated-hashes.js';

/** Numbers 0 to 999, those below 30 once more, with the load in which each stands. */
const ROWS = `(select (i % 1000) as number, i // 1000 as load from range(1030) t(i)) where number is not null`;

async function repeated(rows: number, having?: string): Promise<{ statements: number; found: unknown[] }> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const statements = repeatedHashes({ into: 'again', hash: 'hash(number)', from: ROWS, rows, having });
  for (const sql of statements) await connection.run(sql);
  const read = await connection.runAndReadAll(
    `select distinct number::int from ${ROWS} and hash(number) in (select h from again) order by 1`,
  );
  const count = await connection.runAndReadAll('select count(*)::int from again');
  const found = read.getRows().map(([number]) => number);
  expect(count.getRows()).toEqual([[found.length]]);
  return { statements: statements.length, found };
}

const TWICE = Array.from({ length: 30 }, (_, i) => i);

test.each([
  [0, 1],
  [1_000_000, 1],
  [1_000_001, 2],
  [7_300_000, 8],
])(
  'of a table of %i rows each value that stands twice is found once, in %i passes',
  async (rows, statements) => {
    expect(await repeated(rows)).toEqual({ statements, found: TWICE });
  },
);

test('what of a value counts may be said', async () => {
  const found = await repeated(3_000_000, 'min(load) < max(load) and max(number) < 10');
  expect(found).toEqual({ statements: 3, found: TWICE.slice(0, 10) });
});
