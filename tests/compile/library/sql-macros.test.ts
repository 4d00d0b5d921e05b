/** `macros/*.sql` in the real engine: what a compiled project creates, in its order, and what models make of it. */
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import type { ModelNode } from '../../../src/compile/types.js';
import { graphOf, macro, model, sqlMacro } from '../build-project.js';

/** Rows of the model in a catalog that has the project's macros. */
async function rowsOf(sql: string, files: Readonly<Record<string, string>>, vars = {}): Promise<unknown[]> {
  const macros = [
    ...Object.entries(files).map(([name, text]) => sqlMacro(name, text)),
    macro('cents', 'cents({{of}}{{#if factor}}, factor := {{factor}}{{/if}})'),
  ];
  const graph = await graphOf({ models: [model('x', sql)], macros, vars });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const statement of graph.sqlMacros) await connection.run(statement);
    const node = graph.nodes[0] as ModelNode;
    return (await connection.runAndReadAll(`select * from (${node.sql}) order by all`)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

it.each([
  ['a scalar macro', { m: 'create macro twice(x) as x * 2' }, 'select twice(4)', [[8]]],
  [
    'a table macro',
    { m: 'create macro firsts(n) as table select i::integer as i from range(n) t(i);' },
    'from firsts(2)',
    [[0], [1]],
  ],
  [
    'a default parameter',
    { m: 'create macro cents(x, factor := 100) as x * factor' },
    'select {{> cents of=2}}, {{> cents of=2 factor=10}}',
    [[200, 20]],
  ],
  [
    'several numbers of parameters',
    { m: 'create macro sum2(a) as a, (a, b) as a + b' },
    'select sum2(1), sum2(1, 2)',
    [[1, 3]],
  ],
  [
    'one that calls another of a later file',
    { a: 'create macro outer1(x) as inner1(x) + 1', b: 'create macro inner1(x) as x * 10' },
    'select outer1(2)',
    [[21]],
  ],
  [
    'a table macro over another, in one file',
    {
      a: 'create macro few(n) as table select * from many(n) limit 1; create macro many(n) as table select n::integer as n from range(n)',
    },
    'from few(5)',
    [[5]],
  ],
  [
    'a scalar and a table macro of one name',
    { m: 'create macro o(a) as a; create macro o(a) as table select o(a) + 1 as b' },
    'select o(1) as a, b from o(1)',
    [[1, 2]],
  ],
  [
    'a variable in a macro',
    { m: "create or replace macro scaled(x) as x * {{var 'scale'}}" },
    'select scaled(2)',
    [[6]],
  ],
])('%s', async (_, files, sql, rows) => {
  expect(await rowsOf(sql, files as unknown as Record<string, string>, { scale: 3 })).toEqual(rows);
});
