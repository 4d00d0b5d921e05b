/** Versions of a model, from their files and properties to nodes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileProject } from '../../src/compile/index.js';
import { select } from '../../src/compile/select/index.js';
import type { Graph, ModelNode } from '../../src/compile/types.js';
import { loadProject } from '../../src/project/index.js';
import { type Files, type TempProject, tempProject } from '../support/small-city.js';

const FILES: Files = {
  'project.yml': 'name: shop\nversion: 1\nmodels: {gold: {orders: {+owner: Ada}}}\n',
  'profiles.yml':
    'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
  'models/gold/orders_v1.sql': 'select 1 as id, 2 as old',
  'models/gold/orders.v2.sql': 'select 1 as id, 2 as amount',
  'models/gold/orders_next.sql': 'select 1 as id, 2 as amount, 3 as tax',
  'models/gold/reads.sql': "select * from {{ref 'orders'}}, {{ref 'orders' v=1}}, {{ref 'orders' version=3}}",
  'models/gold/orders.yml': `models:
  - name: orders
    description: Every order.
    latest_version: 2
    config: {tags: [sales], meta: {a: 1, b: {c: 2}}, post_hook: select 1, contract: {enforced: false}}
    columns:
      - {name: id, description: Its number, tests: [unique]}
      - {name: amount, data_type: integer}
    versions:
      - v: 1
        deprecation_date: 2020-01-01
        columns:
          - {include: all, exclude: [amount]}
          - {name: old, description: What it was}
      - v: 2
      - v: 3
        defined_in: orders_next
        description: With tax.
        config: {materialized: view, tags: [new], meta: {b: {d: 3}}, post-hook: [select 2]}
        columns: [{include: all}, {name: tax}]
`,
};

const projects: TempProject[] = [];
afterAll(() => {
  for (const one of projects) one.remove();
});

async function compiled(files: Files = {}) {
  const project = tempProject({ ...FILES, ...files });
  projects.push(project);
  const loaded = await loadProject(project.root, {});
  const result = loaded.project && (await compileProject(loaded.project, loaded.sources));
  const said = [...loaded.diagnostics, ...(result?.diagnostics ?? [])].map(
    ({ code, message, at, severity }) => `${severity} ${at?.file}:${at?.line} ${code} ${message}`,
  );
  return { graph: result?.graph, said };
}

describe('a version that YAML names', () => {
  const YAML = `models:
  - name: reads
    config: {contract: {enforced: true}}
    columns:
      - name: id
        data_type: integer
        constraints: [{type: foreign_key, to: "ref('orders', v=1)", to_columns: [id]}]
        tests: [{relationships: {to: "ref('orders', version='2')", field: id}}]
exposures:
  - {name: report, type: dashboard, depends_on: ["ref('orders', v=1)", "ref('orders')"]}
snapshots:
  - {name: history, relation: "ref('orders', v=3)", config: {unique_key: id, strategy: check, check_cols: all}}
unit_tests:
  - {name: of_one, model: reads, given: [{input: "ref('orders', v=1)", rows: [{id: 1}]}], expect: [{id: 1}]}
`;

  it('is the one that is meant: of tests, constraints, exposures, snapshots and unit tests', async () => {
    const { graph, said } = await compiled({ 'models/gold/reads.yml': YAML });
    expect(said.filter((line) => !line.includes('LK2027'))).toEqual([]);
    const node = (id: string) => graph!.nodes.find((one) => one.id === id) as ModelNode;
    expect(node('gold.reads').contract?.constraints).toMatchObject([{ to: 'gold.orders_v1' }]);
    expect(node('gold.history').dependsOn).toEqual(['gold.orders_v3']);
    expect(graph!.exposures).toMatchObject([{ dependsOn: ['gold.orders_v1', 'gold.orders_v2'] }]);
    expect(graph!.tests.find(({ name }) => name === 'relationships')?.dependsOn).toContain('gold.orders_v2');
    expect(graph!.unitTests[0]!.given[0]!.input).toBe('gold.orders_v1');
  });

  it('is told where there is none', async () => {
    const { said } = await compiled({
      'models/gold/reads.yml': YAML.replace("('orders', v=3)", "('orders', v=9)"),
    });
    expect(said.filter((line) => !line.includes('LK2027'))).toEqual([
      'error models/gold/reads.yml:12 LK1014 no dataset or model "orders_v9"',
    ]);
  });
});

describe('versions of a model', () => {
  let graph: Graph;
  let said: readonly string[];
  beforeAll(async () => {
    const result = await compiled();
    graph = result.graph!;
    said = result.said;
  });
  const node = (id: string) => graph.nodes.find((one) => one.id === id) as ModelNode;

  it('each is a node: of x_v1.sql, of x.v2.sql, of the file that defined_in names', () => {
    expect(graph.nodes.map(({ id, path }) => `${id} ${path}`)).toEqual([
      'gold.orders_v1 models/gold/orders_v1.sql',
      'gold.orders_v2 models/gold/orders.v2.sql',
      'gold.orders_v3 models/gold/orders_next.sql',
      'gold.reads models/gold/reads.sql',
    ]);
  });

  it('a ref without a version is the latest, with v or version that one', () => {
    expect(node('gold.reads').dependsOn).toEqual(['gold.orders_v1', 'gold.orders_v2', 'gold.orders_v3']);
    expect(node('gold.reads').sql).toBe(
      'select * from "gold"."orders_v2", "gold"."orders_v1", "gold"."orders_v3"',
    );
  });

  it('a version has what the model says, and over it what it says itself', () => {
    const columns = (id: string) => node(id).columns.map(({ name }) => name);
    expect(columns('gold.orders_v1')).toEqual(['id', 'old']);
    expect(columns('gold.orders_v2')).toEqual(['id', 'amount']);
    expect(columns('gold.orders_v3')).toEqual(['id', 'amount', 'tax']);
    expect(node('gold.orders_v1')).toMatchObject({
      description: 'Every order.',
      materialized: 'table',
      tags: ['sales'],
    });
    expect(node('gold.orders_v3')).toMatchObject({
      description: 'With tax.',
      materialized: 'view',
      tags: ['sales', 'new'],
      config: { owner: 'Ada', meta: { a: 1, b: { c: 2, d: 3 } } },
    });
    expect(node('gold.orders_v2').hooks!.post.map(({ sql }) => sql)).toEqual(['select 1']);
    expect(node('gold.orders_v3').hooks!.post.map(({ sql }) => sql)).toEqual(['select 1', 'select 2']);
    expect(graph.tests.map(({ id }) => id)).toEqual([
      'unique(gold.orders_v1.id)',
      'unique(gold.orders_v2.id)',
      'unique(gold.orders_v3.id)',
    ]);
  });

  it('reading a version that is to go is a warning at the ref', () => {
    expect(said).toEqual([
      'warning models/gold/reads.sql:1 LK2027 version 1 of "orders" is deprecated since 2020-01-01',
    ]);
  });

  it.each([
    ['version:latest', ['gold.orders_v2']],
    ['version:old', ['gold.orders_v1']],
    ['version:prerelease', ['gold.orders_v3']],
    ['version:none', ['gold.reads']],
    ['orders', ['gold.orders_v1', 'gold.orders_v2', 'gold.orders_v3']],
    ['orders.v1', ['gold.orders_v1']],
  ])('%s selects %j', (text, ids) => {
    expect(select(graph, { select: [text] }).nodes).toEqual(ids);
  });
});

describe('a unit test of a model with versions', () => {
  const tested = (versions: string): Files => ({
    'models/gold/unit.yml': `unit_tests:
  - name: one_row
    model: orders
${versions === '' ? '' : `    versions: ${versions}\n`}    given: []
    expect: {rows: [{id: 1}]}
`,
  });

  it.each([
    ['', ['orders_v1::one_row', 'orders_v2::one_row', 'orders_v3::one_row']],
    ['{include: [2]}', ['orders_v2::one_row']],
    ["{exclude: [1, '3']}", ['orders_v2::one_row']],
    ['{include: [1, 2], exclude: [2]}', ['orders_v1::one_row']],
  ])('is one of each, less what versions says: %s', async (versions, ids) => {
    const { graph } = await compiled(tested(versions));
    expect(graph?.unitTests.map(({ id }) => id)).toEqual(ids);
  });

  it.each<[string, Files, string]>([
    [
      'a version that there is none of',
      tested('{include: [4]}'),
      'error models/gold/unit.yml:4 LK2051 "orders" has no version 4',
    ],
    [
      'versions of a model that has none',
      {
        'models/gold/unit.yml': tested('{exclude: [1]}')['models/gold/unit.yml']!.replace('orders', 'reads'),
      },
      'error models/gold/unit.yml:4 LK2051 the unit test "one_row" chooses versions, and "reads" has none',
    ],
    [
      'an empty list of versions',
      tested('{include: []}'),
      'error models/gold/unit.yml:4 LK1006 "include" cannot be an empty list',
    ],
  ])('%s is told at its place', async (_, files, expected) => {
    const { said } = await compiled(files);
    expect(said.filter((line) => line.startsWith('error'))).toEqual([expected]);
  });
});

it.each<[string, Files, readonly string[]]>([
  [
    'a latest version that there is none of',
    {
      'models/gold/orders.yml': FILES['models/gold/orders.yml']!.replace(
        'latest_version: 2',
        'latest_version: 9',
      ),
    },
    ['error models/gold/orders.yml:4 LK1006 "orders" has no version 9'],
  ],
  [
    'a version without a file',
    { 'models/gold/orders.v2.sql': '' },
    ['error models/gold/orders.yml:15 LK1023 there is no SQL file for the model "orders_v2"'],
  ],
  [
    'a version that stands twice',
    {
      'models/gold/orders.yml': FILES['models/gold/orders.yml']!.replace(
        '- v: 2\n',
        '- v: 2\n      - v: 2\n',
      ),
    },
    ['error models/gold/orders.yml:16 LK1012 version 2 of "orders" is described twice'],
  ],
  [
    'a ref of a version that there is none of',
    { 'models/gold/reads.sql': "select * from {{ref 'orders' v=7}}" },
    ['error models/gold/reads.sql:1 LK2016 "orders" has no version 7'],
  ],
])('%s', async (_, files, expected) => {
  const { said } = await compiled(files);
  expect(
    said.filter((line) => line.startsWith('error') && !line.includes('LK2016 "orders" has no version 2')),
  ).toEqual(expected);
});
