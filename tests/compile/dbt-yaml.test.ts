/** YAML as dbt projects have it: keys that lake takes over, keys that mean nothing here, and those that it has other words for. */
import { afterAll, describe, expect, it } from 'vitest';
import { compileProject } from '../../src/compile/index.js';
import type { Graph, ModelNode } from '../../src/compile/types.js';
import { loadProject } from '../../src/project/index.js';
import { type Files, type TempProject, tempProject } from '../support/small-city.js';

const projects: TempProject[] = [];
afterAll(() => {
  for (const one of projects) one.remove();
});

async function compiled(files: Files): Promise<{ graph?: Graph; said: readonly string[] }> {
  const project = tempProject({
    'project.yml': 'name: shop\nversion: 1\n',
    'profiles.yml':
      'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
    'models/gold/staging/x.sql': 'select 1 as id, current_date as day',
    'seeds/s.csv': 'id,day\n1,2026-01-01\n',
    ...files,
  });
  projects.push(project);
  const { project: loaded, sources, diagnostics } = await loadProject(project.root, {});
  const result = loaded && (await compileProject(loaded, sources));
  const all = [...diagnostics, ...(result?.diagnostics ?? [])];
  return {
    ...(result?.graph && { graph: result.graph }),
    said: all.map(({ code, at, message, hint }) =>
      `${at?.file}:${at?.line} ${code} ${message} ${hint ?? ''}`.trim(),
    ),
  };
}
const node = (graph: Graph | undefined, id: string) => graph!.nodes.find((one) => one.id === id) as ModelNode;

describe("dbt's keys", () => {
  it('are taken over where newer dbt has them, and accepted where lake always does so or has nothing to show', async () => {
    const { graph, said } = await compiled({
      'models/gold/x.yml': `models:
  - name: x
    docs: {show: true, node_color: red}
    config: {docs: {show: false}, persist_docs: {relation: true, columns: true}, concurrent_batches: true}
    columns:
      - name: id
        config: {tags: [keys], meta: {pii: false}}
        tests: [unique, {accepted_values: {values: [1, null]}}]
seeds:
  - {name: s, config: {event_time: day, full_refresh: true, docs: {node_color: '#fff'}}}
snapshots:
  - {name: h, relation: ref('s'), config: {unique_key: id, strategy: check, check_cols: all, event_time: dbt_valid_from}}
exposures:
  - {name: map, type: dashboard, tags: [a], meta: {k: 1}, depends_on: [x], config: {tags: [b], meta: {l: 2}}}
  - {name: off, type: dashboard, depends_on: [x], config: {enabled: false}}
`,
    });
    expect(said).toEqual([]);
    expect(graph!.tests.map(({ name, tags }) => [name, tags])).toEqual([
      ['unique', ['keys']],
      ['accepted_values', ['keys']],
    ]);
    expect(graph!.tests[1]!.sql).toMatch(/"id" in \(1\)/);
    expect(node(graph, 'gold.s').config['event_time']).toBe('day');
    expect(graph!.exposures).toMatchObject([{ name: 'map', tags: ['a', 'b'], meta: { k: 1, l: 2 } }]);
  });

  it('that lake has other words for are told with them', async () => {
    const { said } = await compiled({
      'models/gold/x.yml': `sources:
  - {name: raw, tables: [{name: orders}]}
macros:
  - {name: m}
models:
  - {name: x, config: {grants: {select: [ada]}}}
snapshots:
  - {name: h, relation: ref('s'), config: {schema: old, unique_key: id, strategy: check, check_cols: all}}
`,
    });
    expect(said).toEqual([
      expect.stringMatching(/x\.yml:1 LK1003 unknown key "sources" .*datasets\/<name>\.yml/),
      expect.stringMatching(/x\.yml:3 LK1003 unknown key "macros" .*macros\//),
      expect.stringMatching(/x\.yml:6 LK1003 unknown key "grants" .*rights of the folder/),
      expect.stringMatching(/x\.yml:8 LK1003 unknown key "schema" .*Seeds and snapshots are always gold/),
    ]);
  });
});

describe("the project's own name in project.yml", () => {
  it('stands for all of its folders, for models, seeds and snapshots', async () => {
    const { graph, said } = await compiled({
      'project.yml': `name: shop
version: 1
models:
  +tags: [all]
  shop: {+meta: {a: 1}, gold: {+meta: {b: 2}, staging: {+materialized: view, x: {+meta: {c: 3}}}}}
seeds: {shop: {+delimiter: ';'}}
`,
    });
    expect(said).toEqual([]);
    expect(node(graph, 'gold.x')).toMatchObject({
      materialized: 'view',
      tags: ['all'],
      config: { meta: { a: 1, b: 2, c: 3 } },
    });
    expect(node(graph, 'gold.s').seed?.delimiter).toBe(';');
  });

  it('hides no folder that is not there', async () => {
    const { said } = await compiled({
      'project.yml': 'name: shop\nversion: 1\nmodels: {shop: {gold: {stagin: {+materialized: view}}}}\n',
    });
    expect(said).toEqual([
      'project.yml:3 LK1027 there is no folder or file models/gold/stagin Did you mean "staging"?',
    ]);
  });
});

describe('a group that is not there', () => {
  it('is told once, where it is written', async () => {
    const { said } = await compiled({
      'models/gold/reads.sql': "select * from {{ref 'x'}}",
      'models/gold/x.yml': `groups:
  - {name: finance, owner: {name: Ada}}
models:
  - name: x
    access: private
    group: finanze
`,
    });
    expect(said).toEqual(['models/gold/x.yml:6 LK2029 no group "finanze" Did you mean "finance"?']);
  });
});

describe('a test of a package that is misspelt', () => {
  it('is told with the name that it has there', async () => {
    const { said } = await compiled({
      'models/gold/x.yml':
        'models:\n  - {name: x, tests: [{dbt_utils.expression_is_tru: {expression: id > 0}}]}\n',
    });
    expect(said).toEqual([
      'models/gold/x.yml:2 LK4101 no test "dbt_utils.expression_is_tru" Did you mean "expression_is_true"?',
    ]);
  });
});

describe('a var with a default', () => {
  it('is a value of its own kind where it stands alone', async () => {
    const yaml = (config: string) => ({
      'models/gold/x.yml': `models:\n  - {name: x, config: {${config}}}\n`,
    });
    const off = await compiled(yaml(`enabled: "{{var 'use_x' false}}"`));
    expect(off.said).toEqual([]);
    expect(node(off.graph, 'gold.x')).toBeUndefined();
    const on = await compiled(
      yaml(`enabled: "{{var 'use_x' true}}", meta: {n: "{{var 'n' 12}}", t: "{{var 't' '12'}}"}`),
    );
    expect(node(on.graph, 'gold.x').config['meta']).toEqual({ n: 12, t: '12' });
  });
});
