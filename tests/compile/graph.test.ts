import { describe, expect, it } from 'vitest';
import { compileProject } from '../../src/compile/index.js';
import type { Graph } from '../../src/compile/types.js';
import type { Project } from '../../src/project/types.js';
import {
  at,
  dataset,
  field,
  graphOf,
  macro,
  model,
  project,
  singular,
  sqlMacro,
  test,
  unitTest,
} from './build-project.js';

const matches = dataset('matches', [field('match_id', { type: 'bigint' }), 'home', 'status'], {
  key: ['match_id'],
  tags: ['football'],
});

const lineups = dataset(
  'lineups',
  [
    field('match_id', {
      type: 'bigint',
      from: ['_match_id'],
      fromDeclared: true,
      references: { dataset: 'matches' },
    }),
    field('player', { tests: [test('not_null', {}, { at: at('datasets/city/lineups.yml', 9, 14) })] }),
  ],
  {
    source: {
      files: ['data/{match_id}.json'],
      forEach: {
        dataset: 'matches',
        where: "status = 'available'",
        at: at('datasets/city/lineups.yml', 3, 3),
      },
      at: at('datasets/city/lineups.yml', 2, 1),
    },
    unitTests: [
      {
        name: 'one_player',
        given: [{ player: 'Ann' }],
        expect: [{ player: 'Ann' }],
        quarantined: 0,
        at: at('datasets/city/lineups.yml', 12, 5),
      },
    ],
    load: { mode: 'replace', deletes: 'soft' },
    spans: { 'load.deletes': at('datasets/city/lineups.yml', 6, 9) },
    tags: ['football'],
  },
);

const parts: Partial<Project> = {
  vars: { min_players: 1 },
  datasets: [lineups, matches, dataset('raw')],
  models: [
    model(
      'players',
      "{{config tags=(list 'hot') partition_by='home'}}\nselect home, count(*) as players\nfrom {{ref 'lineups'}} join {{ref 'matches'}} using (match_id)\ngroup by home\nhaving count(*) >= {{var 'min_players'}}\n",
      {
        description: 'Players by home team.',
        tags: ['gold'],
        columns: [
          {
            name: 'home',
            description: 'Home team.',
            tests: [test('unique', {}, { at: at('models/gold/players.yml', 6, 16) })],
            at: at('models/gold/players.yml', 5, 9),
          },
        ],
        tests: [
          test(
            'expression_is_true',
            { expression: 'players > 0' },
            { at: at('models/gold/players.yml', 8, 9), severity: 'warn' },
          ),
        ],
        config: { materialized: 'table', tags: ['gold'] },
      },
    ),
    model('latest', "select *, shout(home) as loud from {{ref 'players'}} where now() > '2020-01-01'"),
    model('raw', "select {{> kept}} from {{ref 'bronze.raw'}}", {
      layer: 'silver',
      columns: [{ name: 'id', tests: [], at: at('models/silver/raw.yml', 3, 9) }],
    }),
  ],
  unitTests: [
    unitTest('few', 'players', at('models/gold/players.yml', 12, 5), {
      given: { "ref('lineups')": [{ match_id: 1 }] },
      expect: [{ home: 'A', players: 1 }],
      vars: { min_players: 5 },
    }),
  ],
  macros: [
    macro('kept', 'id, name, _load_id'),
    sqlMacro('shout', "create macro shout(t) as upper(t) || '!';\ncreate macro unused(t) as t;"),
  ],
  singularTests: [
    singular(
      'no_lonely_players',
      "{{config severity='warn'}}select * from {{ref 'lineups'}} where match_id not in (select match_id from {{ref 'matches'}})",
    ),
  ],
  exposures: [
    { name: 'map', type: 'dashboard', dependsOn: ['players'], at: at('models/gold/players.yml', 20, 5) },
  ],
};

/** Hashes, generated SQL and manifests have tests of their own. */
function outline(graph: Graph): unknown {
  return JSON.parse(
    JSON.stringify(graph, (key, value: unknown) => {
      if (key === 'definitionHash' || key === 'sourceHash')
        return /^[0-9a-f]{64}$/.test(value as string) ? 'hash' : value;
      if (key === 'dataset' || key === 'origins' || key === 'portals') return undefined;
      if (key === 'sql' && (value as string).startsWith('with text as (')) return 'generated';
      return value;
    }),
  );
}

it('a whole project becomes a whole graph', async () => {
  const columns = (...names: [string, string][]) => [
    ...names.map(([name, type]) => ({ name, type })),
    { name: '_load_id', type: 'VARCHAR', description: 'The load that delivered the row.' },
  ];
  const bound = (name: string, line: number, exact = false) => ({
    name,
    sources: [{ written: name, column: name, path: [], exact }],
    at: { file: expect.any(String), line, col: 3 },
  });
  expect(outline(await graphOf(parts))).toEqual({
    project: { name: 'city_safety', version: '1.0.0' },
    vars: { min_players: 1 },
    allowedHosts: [],
    nodes: [
      {
        id: 'bronze.matches',
        kind: 'bronze',
        name: 'matches',
        layer: 'bronze',
        path: 'datasets/city/matches.yml',
        tags: ['football'],
        dependsOn: [],
        binds: [bound('match_id', 4), bound('home', 5), bound('status', 6)],
        sourceHash: 'hash',
      },
      {
        id: 'silver.matches',
        kind: 'silver',
        name: 'matches',
        layer: 'silver',
        path: 'datasets/city/matches.yml',
        tags: ['football'],
        dependsOn: ['bronze.matches'],
        generated: true,
        sql: 'generated',
        columns: columns(['match_id', 'BIGINT'], ['home', 'VARCHAR'], ['status', 'VARCHAR']),
        key: ['match_id'],
        volatile: [],
        partitionBy: [],
        definitionHash: 'hash',
      },
      {
        id: 'bronze.lineups',
        kind: 'bronze',
        name: 'lineups',
        layer: 'bronze',
        path: 'datasets/city/lineups.yml',
        tags: ['football'],
        dependsOn: ['silver.matches'],
        binds: [bound('_match_id', 4, true), bound('player', 5)],
        parent: { node: 'silver.matches', fields: ['match_id'], where: "status = 'available'" },
        sourceHash: 'hash',
      },
      {
        id: 'bronze.raw',
        kind: 'bronze',
        name: 'raw',
        layer: 'bronze',
        path: 'datasets/city/raw.yml',
        tags: [],
        dependsOn: [],
        binds: [bound('id', 4), bound('name', 5)],
        sourceHash: 'hash',
      },
      {
        id: 'silver.lineups',
        kind: 'silver',
        name: 'lineups',
        layer: 'silver',
        path: 'datasets/city/lineups.yml',
        tags: ['football'],
        dependsOn: ['bronze.lineups'],
        generated: true,
        sql: 'generated',
        columns: [
          ...columns(['match_id', 'BIGINT'], ['player', 'VARCHAR']),
          {
            name: '_deleted_at',
            type: 'TIMESTAMP WITH TIME ZONE',
            description: 'When the row was found to be gone at the portal; NULL while it is there.',
          },
        ],
        volatile: [],
        partitionBy: [],
        definitionHash: 'hash',
      },
      {
        id: 'silver.raw',
        kind: 'silver',
        name: 'raw',
        layer: 'silver',
        path: 'models/silver/raw.sql',
        tags: [],
        dependsOn: ['bronze.raw'],
        generated: false,
        sql: 'select id, name, _load_id from "bronze"."raw"',
        columns: [{ name: 'id', type: '' }],
        volatile: [],
        partitionBy: [],
        definitionHash: 'hash',
      },
      {
        id: 'gold.players',
        kind: 'model',
        name: 'players',
        layer: 'gold',
        path: 'models/gold/players.sql',
        description: 'Players by home team.',
        tags: ['gold', 'hot'],
        dependsOn: ['silver.lineups', 'silver.matches'],
        materialized: 'table',
        sql: 'select home, count(*) as players\nfrom "silver"."lineups" join "silver"."matches" using (match_id)\ngroup by home\nhaving count(*) >= 1',
        columns: [
          { name: 'home', type: '', description: 'Home team.', at: at('models/gold/players.yml', 5, 9) },
        ],
        partitionBy: ['home'],
        config: { materialized: 'table', tags: ['hot'], partition_by: 'home' },
        configAt: {
          tags: { ...at('models/gold/players.sql', 1, 10), endCol: 27 },
          partition_by: { ...at('models/gold/players.sql', 1, 28), endCol: 47 },
        },
        definitionHash: 'hash',
        neverReuse: false,
      },
      {
        id: 'gold.latest',
        kind: 'model',
        name: 'latest',
        layer: 'gold',
        path: 'models/gold/latest.sql',
        tags: [],
        dependsOn: ['gold.players'],
        materialized: 'table',
        sql: 'select *, shout(home) as loud from "gold"."players" where now() > \'2020-01-01\'',
        columns: [],
        partitionBy: [],
        config: {},
        definitionHash: 'hash',
        neverReuse: true,
      },
    ],
    tests: [
      {
        id: 'relationships(silver.lineups.match_id)',
        kind: 'generic',
        owner: 'silver.lineups',
        dependsOn: ['silver.lineups', 'silver.matches'],
        sql:
          'select subject."match_id", count(*) as "_rows"\nfrom "silver"."lineups" as subject\nwhere subject."match_id" is not null\n' +
          '  and not exists (select 1 from "silver"."matches" as other where other."match_id" = subject."match_id")\n' +
          'group by subject."match_id"\norder by "_rows" desc, subject."match_id"',
        name: 'relationships',
        tags: [],
        severity: 'warn',
        neverReuse: false,
        column: 'match_id',
        uses: [{ node: 'silver.matches', column: 'match_id' }],
        definitionHash: 'hash',
        at: at('datasets/city/lineups.yml', 4, 3),
      },
      {
        id: 'not_null(silver.lineups.player)',
        kind: 'generic',
        owner: 'silver.lineups',
        dependsOn: ['silver.lineups'],
        sql: 'select *\nfrom "silver"."lineups" as subject\nwhere "player" is null',
        name: 'not_null',
        tags: [],
        scan: {
          from: '"silver"."lineups" as subject',
          failing: 'count(*) - count("player")',
        },
        severity: 'error',
        neverReuse: false,
        column: 'player',
        definitionHash: 'hash',
        at: at('datasets/city/lineups.yml', 9, 14),
      },
      {
        id: 'unique(gold.players.home)',
        kind: 'generic',
        owner: 'gold.players',
        dependsOn: ['gold.players'],
        sql: 'select "home", count(*) as "_rows"\nfrom "gold"."players" as subject\nwhere "home" is not null\ngroup by "home"\nhaving count(*) > 1\norder by "_rows" desc, "home"',
        name: 'unique',
        tags: [],
        scan: {
          from: '"gold"."players" as subject',
          failing: 'count("home") - count(distinct "home")',
        },
        severity: 'error',
        neverReuse: false,
        column: 'home',
        definitionHash: 'hash',
        at: at('models/gold/players.yml', 6, 16),
      },
      {
        id: 'expression_is_true(gold.players)',
        kind: 'generic',
        owner: 'gold.players',
        dependsOn: ['gold.players'],
        sql: 'select *\nfrom "gold"."players" as subject\nwhere not (\n  players > 0\n)',
        name: 'expression_is_true',
        tags: [],
        scan: {
          from: '"gold"."players" as subject',
          failing: 'count(*) filter (where not (\n  players > 0\n))',
        },
        severity: 'warn',
        neverReuse: false,
        definitionHash: 'hash',
        at: at('models/gold/players.yml', 8, 9),
      },
      {
        id: 'tests/data/no_lonely_players.sql',
        kind: 'singular',
        owner: 'silver.lineups',
        dependsOn: ['silver.lineups', 'silver.matches'],
        sql: 'select * from "silver"."lineups" where match_id not in (select match_id from "silver"."matches")',
        name: 'no_lonely_players',
        tags: [],
        severity: 'warn',
        neverReuse: false,
        definitionHash: 'hash',
        at: at('tests/data/no_lonely_players.sql'),
      },
    ],
    unitTests: [
      {
        id: 'lineups::one_player',
        node: 'silver.lineups',
        tags: [],
        reads: ['bronze.lineups'],
        given: [{ input: 'bronze.lineups', rows: [{ player: 'Ann' }] }],
        expect: [{ player: 'Ann' }],
        quarantined: 0,
        sql: 'generated',
        definitionHash: 'hash',
        at: at('datasets/city/lineups.yml', 12, 5),
      },
      {
        id: 'players::few',
        node: 'gold.players',
        tags: [],
        reads: ['silver.lineups', 'silver.matches'],
        given: [
          {
            input: 'silver.lineups',
            at: at('models/gold/players.yml', 12, 5),
            rows: [{ match_id: 1 }],
            columns: {},
          },
        ],
        expect: [{ home: 'A', players: 1 }],
        expectColumns: {},
        sql: 'select home, count(*) as players\nfrom "silver"."lineups" join "silver"."matches" using (match_id)\ngroup by home\nhaving count(*) >= 5',
        definitionHash: 'hash',
        at: at('models/gold/players.yml', 12, 5),
      },
    ],
    macroFiles: [{ path: 'macros/shout.sql', sql: expect.stringMatching(/^create macro shout/) }],
    sqlMacros: ["create macro shout(t) as upper(t) || '!'", 'create macro unused(t) as t'],
    dormant: [],
    exposures: [
      {
        id: 'exposure.map',
        name: 'map',
        type: 'dashboard',
        tags: [],
        dependsOn: ['gold.players'],
        path: 'models/gold/players.yml',
      },
    ],
  });
});

it('the order of the files does not change the graph', async () => {
  const reversed: Partial<Project> = {
    ...parts,
    datasets: [...parts.datasets!].reverse(),
    models: [...parts.models!].reverse(),
    macros: [...parts.macros!].reverse(),
  };
  expect((await graphOf(reversed)).nodes).toEqual((await graphOf(parts)).nodes);
});

it('the graph is plain data', async () => {
  const graph = await graphOf(parts);
  expect(structuredClone(graph)).toEqual(graph);
  expect(JSON.parse(JSON.stringify(graph))).toEqual(JSON.parse(JSON.stringify(await graphOf(parts))));
});

describe('ids of tests stay', () => {
  const withTests = async (...tests: Parameters<typeof test>[]) => {
    const graph = await graphOf({
      datasets: [dataset('a', [field('n', { tests: tests.map((args) => test(...args)) })])],
    });
    return graph.tests.map((t) => t.id);
  };

  it('one is named by its test and column, several by their arguments, whatever their order', async () => {
    const one: Parameters<typeof test> = ['accepted_values', { values: ['x'] }];
    const two: Parameters<typeof test> = ['accepted_values', { values: ['y'] }, { where: 'n > 1' }];
    expect(await withTests(one)).toEqual(['accepted_values(silver.a.n)']);
    const both = await withTests(one, two);
    expect(both).toEqual([
      expect.stringMatching(/^accepted_values\(silver\.a\.n\)#[0-9a-f]{6}$/),
      expect.stringMatching(/#/),
    ]);
    expect(new Set(await withTests(two, one))).toEqual(new Set(both));
  });

  it('a name of its own takes the place of the kind', async () => {
    expect(
      await withTests(
        ['accepted_values', { values: ['x'] }, { name: 'n_is_x' }],
        ['accepted_values', { values: ['y'] }],
      ),
    ).toEqual(['n_is_x(silver.a.n)', 'accepted_values(silver.a.n)']);
  });
});

describe('references', () => {
  const targetOf = async (
    parent: Parameters<typeof dataset>,
    references: { dataset: string; field?: string },
  ) => {
    const graph = await graphOf({
      datasets: [dataset('child', [field('match_id', { references })]), dataset(...parent)],
    });
    return /other\."(\w+)"/.exec(graph.tests[0]!.sql)![1];
  };

  it.each([
    [
      'the field that is named',
      ['p', ['id', 'match_id', 'number']],
      { dataset: 'p', field: 'number' },
      'number',
    ],
    [
      'else the field of the same name',
      ['p', ['id', 'match_id'], { key: ['id'] }],
      { dataset: 'p' },
      'match_id',
    ],
    ['else the key', ['p', ['id', 'name'], { key: ['id'] }], { dataset: 'p' }, 'id'],
    [
      'else its own name, of a parent without fields',
      ['p', [], { fields: undefined }],
      { dataset: 'p' },
      'match_id',
    ],
  ] as const)('mean %s', async (_, parent, references, name) => {
    expect(await targetOf(parent as unknown as Parameters<typeof dataset>, references)).toBe(name);
  });
});

it('a singular test belongs to the last of its refs in the order of building', async () => {
  const graph = await graphOf({
    datasets: [dataset('a')],
    models: [model('z', "select * from {{ref 'a'}}"), model('b', "select * from {{ref 'z'}}")],
    singularTests: [singular('t', "select * from {{ref 'b'}}, {{ref 'z'}}, {{ref 'a'}}")],
  });
  expect(graph.tests[0]!.owner).toBe('gold.b');
});

it('a test that reads the clock is asked again every time', async () => {
  const graph = await graphOf({
    datasets: [
      dataset('a', [field('n', { tests: [test('not_null', {}, { where: 'day < current_date' })] })]),
    ],
    singularTests: [
      singular('future', "select * from {{ref 'a'}} where day > now()"),
      singular('plain', "select * from {{ref 'a'}} where day is null"),
    ],
  });
  expect(graph.tests.map((t) => t.neverReuse)).toEqual([true, true, false]);
});

it('a thousand models, each on the one before it, compile in one pass', async () => {
  const models = Array.from({ length: 1000 }, (_, i) =>
    model(`m${i}`, `select * from {{ref '${i === 0 ? 'a' : `m${i - 1}`}'}}`, {
      columns: [{ name: 'id', tests: [test('not_null')], at: at('x.yml') }],
    }),
  );
  const started = performance.now();
  const { graph } = await compileProject(project({ datasets: [dataset('a')], models }));
  expect(graph?.nodes.map((n) => n.id).slice(0, 4)).toEqual(['bronze.a', 'silver.a', 'gold.m0', 'gold.m1']);
  expect(graph?.nodes.at(-1)?.id).toBe('gold.m999');
  expect(performance.now() - started).toBeLessThan(5000);
});
