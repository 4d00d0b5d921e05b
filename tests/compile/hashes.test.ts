import { describe, expect, it } from 'vitest';
import type { Dataset, Model, Project } from '../../src/project/types.js';
import { at, dataset, field, graphOf, macro, model, singular, sqlMacro, test } from './build-project.js';

async function hashes(parts: Partial<Project>): Promise<Record<string, string>> {
  const graph = await graphOf(parts);
  return Object.fromEntries([
    ...graph.nodes.map((n) => [n.id, n.kind === 'bronze' ? n.sourceHash : n.definitionHash]),
    ...graph.tests.map((t) => [t.id, t.definitionHash]),
    ...graph.unitTests.map((t) => [t.id, t.definitionHash]),
  ]);
}

describe('definition hash of a model', () => {
  const of = async (sql: string, extra: Partial<Model> = {}, parts: Partial<Project> = {}) =>
    (await hashes({ datasets: [dataset('a')], models: [model('x', sql, extra)], ...parts }))['gold.x'];
  const base = "select id, name from {{ref 'a'}}";

  it.each<[string, string, Partial<Model>]>([
    ['layout and comments', "-- note\nselect id,\n  name\nfrom {{ref 'a'}} -- end\n;", {}],
    ['a ref written as id', "select id, name from {{ref 'silver.a'}}", {}],
    [
      'tags, description, owner',
      `{{config tags='t' owner='me'}}${base}`,
      { description: 'About x.', tags: ['t'] },
    ],
    ['reuse', `{{config reuse=true}}${base}`, {}],
    ['its file', base, { path: 'models/gold/more/x.sql' }],
  ])('does not know %s', async (_, sql, extra) => {
    expect(await of(sql, extra)).toBe(await of(base));
  });

  it.each<[string, string, Partial<Model>]>([
    ['a column more', "select id, name, 1 as n from {{ref 'a'}}", {}],
    ['another name of a column', "select id, name as NAME from {{ref 'a'}}", {}],
    ['a text', "select id, name || ' ' from {{ref 'a'}}", {}],
    ['another input', "select id, name from {{ref 'bronze.a'}}", {}],
    ['partitions', base, { config: { partition_by: ['id'] } }],
    [
      'a contract',
      base,
      {
        config: { contract: { enforced: true } },
        columns: [{ name: 'id', tests: [], dataType: 'integer', at: at('models/gold/x.yml', 3) }],
      },
    ],
    ['a hook', base, { hooks: { pre: [{ sql: 'select 1', at: at('models/gold/x.yml', 3) }], post: [] } }],
  ])('knows %s', async (_, sql, extra) => {
    expect(await of(sql, extra)).not.toBe(await of(base));
  });

  it('knows the values of variables and the text of macros that it uses, and no others', async () => {
    const sql = "select {{> m}}, f(id) from {{ref 'a'}} where id > {{var 'v'}}";
    const parts = {
      vars: { v: 1, w: 1 },
      macros: [
        macro('m', 'id'),
        macro('n', '1'),
        sqlMacro('f', 'create macro f(x) as g(x)'),
        sqlMacro('g', 'create macro g(x) as x'),
        sqlMacro('h', 'create macro h(x) as x'),
      ],
    };
    const swap = (name: string, text: string) =>
      parts.macros.map((m) => (m.name === name ? { ...m, text } : m));
    const hash = await of(sql, {}, parts);
    expect(await of(sql, {}, { ...parts, vars: { v: 1, w: 2 }, macros: swap('n', '2') })).toBe(hash);
    expect(await of(sql, {}, { ...parts, macros: swap('h', 'create macro h(x) as 1') })).toBe(hash);
    expect(await of(sql, {}, { ...parts, macros: swap('g', 'create macro g(x) as -- same\n  x') })).toBe(
      hash,
    );
    expect(await of(sql, {}, { ...parts, vars: { v: 2, w: 1 } })).not.toBe(hash);
    expect(await of(sql, {}, { ...parts, macros: swap('m', 'name') })).not.toBe(hash);
    expect(await of(sql, {}, { ...parts, macros: swap('g', 'create macro g(x) as 1') })).not.toBe(hash);
  });
});

describe('definition hash of silver and source hash of bronze', () => {
  const of = async (extra: Partial<Dataset>, fields = ['id', 'name'] as Parameters<typeof dataset>[1]) => {
    const all = await hashes({ datasets: [dataset('a', fields, extra)] });
    return { bronze: all['bronze.a'], silver: all['silver.a'] };
  };
  const city = dataset('a');

  it.each<[string, Partial<Dataset>, 'bronze' | 'silver' | 'both' | 'none', Parameters<typeof dataset>[1]?]>([
    ['tags, owner and description', { tags: ['t'], owner: 'me', description: 'About a.' }, 'none'],
    [
      'guards, freshness and publish',
      { guards: { maxRowDrop: 0.1 }, freshness: { of: 'portal' }, publish: [{ to: 'x' }] },
      'none',
    ],
    [
      'tests and unit tests',
      {
        tests: [test('row_count', { min: 1 })],
        unitTests: [{ name: 'u', given: [], expect: [], at: at('x.yml') }],
      },
      'none',
    ],
    ['the lookback', { load: { ...city.load, lookback: { count: 1, unit: 'day' } } }, 'none'],
    ['another package: its parts have other ids', { source: { package: 'b', at: city.at } }, 'none'],
    ['a type', {}, 'silver', ['id', field('name', { type: 'integer' })]],
    ['a rule', {}, 'silver', ['id', field('name', { required: true })]],
    ['another source column', {}, 'silver', ['id', field('name', { from: ['label'] })]],
    ['a field more', {}, 'silver', ['id', 'name', 'n']],
    ['the key', { key: ['id'] }, 'silver'],
    ['volatile fields', { volatile: ['id'] }, 'silver'],
    ['partitions', { partitionBy: ['id'] }, 'silver'],
    ['the load mode', { load: { ...city.load, mode: 'append' } }, 'both'],
    ['the cursor', { load: { ...city.load, cursor: ':updated_at' } }, 'both'],
    ['how files are read', { source: { ...city.source, read: { header: 2 } } }, 'bronze'],
    ['explode', { source: { ...city.source, explode: { path: 'x', keepEmpty: false } } }, 'bronze'],
  ])('%s', async (_, extra, changes, fields) => {
    const [before, after] = [await of({}), await of(extra, fields)];
    expect({ bronze: after.bronze !== before.bronze, silver: after.silver !== before.silver }).toEqual({
      bronze: changes === 'bronze' || changes === 'both',
      silver: changes === 'silver' || changes === 'both',
    });
  });

  it('a year more in a family fetches that year alone; another variable changes the columns of all', async () => {
    const family = (variable: string, members: Record<string, string>) =>
      of({ source: { family: { variable, members }, at: city.at } });
    const one = await family('year', { 2016: 'aaaa-bbbb' });
    expect(await family('year', { 2016: 'aaaa-bbbb', 2017: 'cccc-dddd' })).toEqual(one);
    expect((await family('edition', { 2016: 'aaaa-bbbb' })).bronze).not.toBe(one.bronze);
  });

  it("the portal's address counts, its budget does not", async () => {
    const at3 = at('project.yml', 3, 3);
    const portal = {
      name: 'city',
      type: 'ckan',
      url: 'https://data.city.example',
      timezone: 'UTC',
      concurrency: 4,
      hasToken: false,
      at: at3,
    } as const;
    const bronze = async (change: object) =>
      (await hashes({ datasets: [city], portals: { city: { ...portal, ...change } } }))['bronze.a'];
    expect(await bronze({ concurrency: 1, hasToken: true, rate: 2, at: at('project.yml', 9) })).toBe(
      await bronze({}),
    );
    expect(await bronze({ url: 'https://other.city.example' })).not.toBe(await bronze({}));
  });
});

describe('definition hash of tests', () => {
  const one = async (extra: Parameters<typeof test>[2], sql = 'select 1 as n') => {
    const parts = {
      datasets: [dataset('a', [field('n', { tests: [test('not_null', {}, extra)] })])],
      singularTests: [singular('t', `${sql} from {{ref 'a'}}`)],
    };
    return hashes(parts);
  };

  it('knows the rows that are tested and the severity, and no places', async () => {
    const base = await one({});
    const id = 'not_null(silver.a.n)';
    expect((await one({ at: at('elsewhere.yml', 9) }))[id]).toBe(base[id]);
    expect((await one({ where: 'id > 1' }))[id]).not.toBe(base[id]);
    expect((await one({ severity: 'warn' }))[id]).not.toBe(base[id]);
    expect((await one({}, 'select 1 -- note\n as n'))['tests/data/t.sql']).toBe(base['tests/data/t.sql']);
    expect((await one({}, 'select 2 as n'))['tests/data/t.sql']).not.toBe(base['tests/data/t.sql']);
  });
});

describe('neverReuse', () => {
  it.each([
    ['select now() as n', [], true],
    ['{{config reuse=true}}select now() as n', [], false],
    ['select stamp() as n', [sqlMacro('s', 'create macro stamp() as current_timestamp')], true],
    ['select {{> today}} as n', [macro('today', 'current_date')], true],
    ["select 'now()' as n -- now()", [], false],
  ])('%s', async (sql, macros, never) => {
    const graph = await graphOf({ models: [model('x', sql)], macros });
    expect(graph.nodes[0]).toMatchObject({ neverReuse: never });
  });
});
