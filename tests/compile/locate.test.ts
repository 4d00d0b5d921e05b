import { describe, expect, it } from 'vitest';
import { locate } from '../../src/compile/locate.js';
import type { Graph } from '../../src/compile/types.js';
import { dataset, graphOf, macro, model, test } from './build-project.js';

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

it('bronze, an unknown id and a generic test have no place', async () => {
  const rows = test('row_count', { min: 1 });
  const graph = await graphOf({ datasets: [dataset('a', ['id'], { tests: [rows] })] });
  expect(graph.tests).toHaveLength(1);
  for (const id of ['bronze.a', 'gold.none', graph.tests[0]!.id])
    expect(locate(graph, id, 1, 1), id).toBeUndefined();
});
