/** Ephemerals in front of the SQL that reads them. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { ephemeralCtes } from '../../src/compile/ephemeral-ctes.js';
import type { Graph } from '../../src/compile/types.js';

const ephemeral = (id: string, sql: string, ...dependsOn: string[]) => ({
  kind: 'model',
  id,
  materialized: 'ephemeral',
  sql,
  dependsOn,
});

const graph = {
  nodes: [
    ephemeral('gold.e', 'select 1 as id -- one'),
    ephemeral('gold.above', 'with e as (select * from "gold"."e") select id + 1 as id from e', 'gold.e'),
    ephemeral('gold.e 2', 'select 5 as id'),
    { ...ephemeral('gold.t', 'select 9 as id'), materialized: 'table' },
  ],
} as unknown as Pick<Graph, 'nodes'>;
const withCtes = ephemeralCtes(graph);

/** The first value that DuckDB answers. */
async function answer(sql: string): Promise<unknown> {
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(sql)).getRows()[0]![0];
}

it('SQL that reads none is left as it is', () => {
  expect(withCtes('select * from "gold"."t"', ['gold.t'])).toBe('select * from "gold"."t"');
});

it('is one CTE each, what it reads before it; names of relations stay what columns are found by', () => {
  expect(withCtes('select above.id from "gold"."above"', ['gold.above'])).toBe(`with "__lake__cte__e" as (
select 1 as id -- one
),
"__lake__cte__above" as (
with e as (select * from "__lake__cte__e" as "e") select id + 1 as id from e
)
select above.id from "__lake__cte__above" as "above"`);
});

describe('runs in plain DuckDB', () => {
  it.each([
    ['select above.id from "gold"."above"', 2],
    ['select "gold"."above"."id" from "gold"."above" where true', 2],
    ['select x.id from "gold"."above" as x', 2],
    ['select x.id from "gold"."above" x order by 1', 2],
    ['select sum(x.id + e.id) from "gold"."above" x join "gold"."e" on true', 3],
    ['select x.id + e.id from "gold"."above" x, "gold"."e"', 3],
    ['with e as (select * from "gold"."e") select id from e', 1],
    [
      '/* c */ with recursive n(i) as (select id from "gold"."e" union select i + 1 from n where i < 3) select max(i) from n',
      3,
    ],
    ['select (select max(id) from "gold"."e 2")', 5],
    [`select '"gold"."e"' || id from gold.e -- "gold"."e"`, '"gold"."e"1'],
  ])('%s', async (sql, value) => {
    const reads = ['gold.e', 'gold.above', 'gold.e 2'];
    const found = await answer(withCtes(sql, reads));
    expect(typeof found === 'bigint' ? Number(found) : found).toBe(value);
  });
});
