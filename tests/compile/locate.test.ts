import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { locate, locateEngineError } from '../../src/compile/locate.js';
import type { Graph } from '../../src/compile/types.js';
import { dataset, field, graphOf, macro, model, singular } from './build-project.js';

function sqlById(graph: Graph, id: string): string {
  const found = [...graph.nodes, ...graph.tests, ...graph.unitTests].find((n) => n.id === id);
  if (!found || !('sql' in found)) throw new Error(`no SQL of ${id}`);
  return found.sql;
}

/** The user's place of the first occurrence of `word` in the compiled SQL of a node, as `file:line:col`. */
function placeOf(graph: Graph, id: string, word: string): string | undefined {
  const before = sqlById(graph, id).split(word)[0]!;
  const at = locate(graph, id, before.split('\n').length, before.length - before.lastIndexOf('\n'));
  return at && `${at.file}:${at.line}:${at.col}`;
}

describe('a place in compiled SQL is a place in the file that it came from', () => {
  const sql = [
    "{{config tags='a'}}", // 1
    '', // 2
    '-- note', // 3
    'select', // 4
    "{{#each (list 'p' 'q')}}", // 5
    '  sum({{this}}_x) as {{this}}, alpha,', // 6
    '{{/each}}', // 7
    '    {{> columns a="beta"}}', // 8
    "  {{~#if (list)}} no {{/if~}}   gamma, '{{var 'city'}}' as delta", // 9
    "from {{ref 'a'}} as epsilon", // 10
    '  {{#unless (is_incremental)}}where zeta{{/unless}}', // 11
  ].join('\n');
  const graph = graphOf({
    datasets: [dataset('a')],
    models: [model('x', sql)],
    macros: [
      macro('columns', 'one,\n{{a}} as two,\n{{> deep}}\n'),
      macro('deep', '  -- note\n  three as eta,'),
    ],
    vars: { city: 'Zürich' },
  });

  it.each([
    ['select', 'models/gold/x.sql:4:1'],
    ['p_x', 'models/gold/x.sql:6:7'],
    ['alpha', 'models/gold/x.sql:6:32'],
    ['q_x', 'models/gold/x.sql:6:7'],
    ['one', 'macros/columns.hbs:1:1'],
    ['beta', 'macros/columns.hbs:2:1'],
    ['two', 'macros/columns.hbs:2:10'],
    ['three', 'macros/deep.hbs:2:3'],
    ['as eta', 'macros/deep.hbs:2:9'],
    ['gamma', 'models/gold/x.sql:9:33'],
    ['Zürich', 'models/gold/x.sql:9:41'],
    ['delta', 'models/gold/x.sql:9:60'],
    ['"silver"', 'models/gold/x.sql:10:6'],
    ['epsilon', 'models/gold/x.sql:10:21'],
    ['where', 'models/gold/x.sql:11:31'],
    ['zeta', 'models/gold/x.sql:11:37'],
  ])('%s', async (word, place) => {
    expect(placeOf(await graph, 'gold.x', word)).toBe(place);
  });

  it('every letter that is copied from a file stands there', async () => {
    const compiled = await graph;
    const files: Record<string, string[]> = {
      'models/gold/x.sql': sql.split('\n'),
      'macros/columns.hbs': 'one,\n{{a}} as two,\n{{> deep}}\n'.split('\n'),
      'macros/deep.hbs': '  -- note\n  three as eta,'.split('\n'),
    };
    const node = compiled.nodes.at(-1)!;
    if (node.kind !== 'model') throw new Error('no model');
    const lines = node.sql.split('\n');
    let copied = 0;
    for (const origin of node.origins!.filter((o) => o.verbatim)) {
      const letter = lines[origin.outLine - 1]?.[origin.outCol - 1];
      if (letter === undefined) continue;
      expect(files[origin.file]![origin.line - 1]![origin.col - 1]).toBe(letter);
      copied += 1;
    }
    expect(copied).toBeGreaterThan(10);
  });
});

describe("an error of the engine is told at the user's own line", () => {
  const fields = [
    'id',
    field('name', { sql: 'upper(value) || nothing_like_it' }),
    field('age', { type: 'integer', sql: 'a +\n  no_column_either', from: [] }),
    'plain',
  ];
  const parts = {
    datasets: [dataset('a', fields)],
    models: [
      model('binder', "-- names\nselect\n  id,\n  wrong_name as n\nfrom {{ref 'a'}}"),
      model('parser', 'select 1 as n\nfrom from t'),
      model('in_macro', 'select\n  {{> m}} as n'),
      model('cast', "select 'x'::int as n"),
    ],
    macros: [macro('m', "upper(\n  '',\n  wrong_in_macro)")],
    singularTests: [singular('t', "select *\nfrom {{ref 'a'}}\nwhere  missing_column > 1")],
  };

  async function errorOf(sql: string): Promise<string> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      'create schema silver; create table silver.a as select 1 as id, 2 as name, 3 as age',
    );
    await connection.run(
      `create schema bronze; create table bronze.a as select '1' as id, '2' as name, '3' as plain, 1 as _load_id, now() as _loaded_at, 1 as _source_part, 1 as _row, 1 as _row_id, 1 as _cursor, 1 as _load_order, 1 as _part_order`,
    );
    try {
      await connection.run(sql);
      return 'no error';
    } catch (error) {
      return (error as Error).message;
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  it.each([
    ['gold.binder', 'models/gold/binder.sql:4:3'],
    ['gold.parser', 'models/gold/parser.sql:2:6'],
    ['gold.in_macro', 'macros/m.hbs:3:3'],
    ['silver.a', 'datasets/city/a.yml:5:3'],
    ['tests/data/t.sql', 'tests/data/t.sql:3:8'],
  ])('%s', async (id, place) => {
    const graph = await graphOf(parts);
    // As a run would: inside of a longer statement, on other lines.
    const message = await errorOf(`create table result as (\n\n  select * from (${sqlById(graph, id)}\n))`);
    const at = locateEngineError(graph, id, message);
    expect(at && `${at.file}:${at.line}:${at.col}`, message).toBe(place);
  });

  it('a field that is computed over several lines', async () => {
    const graph = await graphOf({ datasets: [dataset('a', ['id', fields[2]!])] });
    const at = locateEngineError(graph, 'silver.a', await errorOf(sqlById(graph, 'silver.a')));
    expect(at).toEqual({ file: 'datasets/city/a.yml', line: 5, col: 3 });
  });

  it('a message without a place, an unknown id and a generic test have none', async () => {
    const graph = await graphOf(parts);
    expect(locateEngineError(graph, 'gold.cast', 'Out of Memory Error: …')).toBeUndefined();
    expect(locateEngineError(graph, 'gold.none', 'x\nLINE 1: select 1\n        ^')).toBeUndefined();
    expect(locateEngineError(graph, 'gold.cast', 'x\nLINE 1: something else\n        ^')).toBeUndefined();
    expect(locate(graph, 'bronze.a', 1, 1)).toBeUndefined();
  });
});
