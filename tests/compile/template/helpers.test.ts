import { describe, expect, it } from 'vitest';
import { compileProject } from '../../../src/compile/index.js';
import { indexNames } from '../../../src/compile/names.js';
import { ANY_RUN, newRunStamp } from '../../../src/compile/run-stamp.js';
import { loadParser, parseTemplate } from '../../../src/compile/template/parse.js';
import { render } from '../../../src/compile/template/render.js';
import type { ModelNode } from '../../../src/compile/types.js';
import { dataset, field, macro, model, project, singular, sqlOf, unitTest } from '../build-project.js';

const at = { file: 'models/gold/_gold.yml', line: 3, col: 5 };

describe('helpers print', () => {
  it.each([
    // target
    ["select '{{target.name}}', '{{target.type}}', '{{target.lake}}'", "select 'dev', 'duckdb', 'local'"],
    ["select 1 as n{{#if (eq target.name 'dev')}} limit 10{{/if}}", 'select 1 as n limit 10'],
    ['{{#each (list 1)}}select {{this}} as n -- {{target.name}}{{/each}}', 'select 1 as n'],
    // conditions
    [
      "select {{eq 1 1}}, {{eq 1 '1'}}, {{ne 'a' 'b'}}, {{eq (list 1) (list 1)}}",
      'select true, false, true, true',
    ],
    ["select {{lt 1 2}}, {{lte 2 2}}, {{gt 'b' 'a'}}, {{gte 1 2}}", 'select true, true, true, false'],
    ['select {{and 1 0}}, {{and 1 2}}, {{or 0 3}}, {{not (list)}}', 'select 0, 2, 3, true'],
    [
      "select {{in 'a' (list 'a')}}, {{in 'x' 'xyz'}}, {{in 'k' (dict k=1)}}, {{in 2 (list 1)}}",
      'select true, true, true, false',
    ],
    [
      'select {{default null 8}}, {{default 5 8}}, {{#if (and (not false) (or false true))}}1{{/if}}',
      'select 8, 5, 1',
    ],
    // lists and mappings
    [
      "select {{join (range 3)}}, {{join (range 1 4) '+'}}, {{join (range 6 0 -2)}}",
      'select 0, 1, 2, 1+2+3, 6, 4, 2',
    ],
    ["select {{length (list 1 2)}}, {{length 'abc'}}, {{length (dict a=1)}}", 'select 2, 3, 1'],
    ["select {{lookup (dict a='x') 'a'}}, {{lookup (list 5 6) 1}}", 'select x, 6'],
    [
      "select {{#each (dict a='x' b='y')}}{{this}} as {{@key}}{{#unless @last}}, {{/unless}}{{/each}}",
      'select x as a, y as b',
    ],
    // texts and numbers
    [
      "select {{concat 'count_' 1 '_' true}}, {{upper 'ab'}}, {{lower 'AB'}}, {{trim ' a '}}",
      'select count_1_true, AB, ab, a',
    ],
    [
      "select {{replace 'a b c' ' ' '_'}}, {{replace 'a.b' '.' '$&'}}, {{replace 'ab' '' 'x'}}",
      'select a_b_c, a$&b, ab',
    ],
    ['select {{string_literal "it\'s"}} as {{quote \'a "b"\'}}', 'select \'it\'\'s\' as "a ""b"""'],
    [
      'select {{#each (list 7 8)}}{{add @index 1}}:{{this}} {{/each}}{{subtract 3 1}} as n',
      'select 1:7 2:8 2 as n',
    ],
    // a project's macros
    ["select {{> cell lat='a'}}, {{> cell lat='a' res=5}}", 'select cell(a, 8), cell(a, 5)'],
    [
      "select {{upper (cell lat='a')}}, {{> cell lat=(cell lat='b')}}",
      'select CELL(A, 8), cell(cell(b, 8), 8)',
    ],
    ["select {{#each (list 'a' 'b') as |range|}}{{range}} {{/each}}1 as n", 'select a b 1 as n'],
  ])('%s', async (sql, compiled) => {
    const macros = [macro('cell', 'cell({{lat}}, {{default res 8}})')];
    expect(await sqlOf(sql, { macros })).toBe(compiled);
  });

  it('a name that a macro was given comes before a helper of that name', async () => {
    const macros = [macro('m', '{{replace}}{{#if range}}!{{/if}}{{#each columns}} {{this}}{{/each}}')];
    expect(await sqlOf("select {{> m replace='r' columns=(list 'a' 'b')}}", { macros })).toBe('select r a b');
  });
});

describe('columns', () => {
  const fields = [
    field('id', { type: 'integer', description: 'Number of the event' }),
    field('day', { type: 'date' }),
  ];
  const loop = (of: string) => `select '{{#each ${of}}}{{name}}:{{type}}:{{description}};{{/each}}' as n`;

  it('of a dataset are its fields, of a model or seed what its YAML declares', async () => {
    const columns = [
      { name: 'total', description: 'All of them', dataType: 'bigint', tests: [], at },
      { name: 'other', tests: [], at },
    ];
    const parts = {
      datasets: [dataset('shootings', fields)],
      models: [model('y', 'select 1 as n', { columns })],
    };
    expect(await sqlOf(loop("(columns 'shootings')"), parts)).toBe(
      "select 'id:integer:Number of the event;day:date:;' as n",
    );
    expect(await sqlOf(loop("(columns (ref 'y'))"), parts)).toBe(
      "select 'total:bigint:All of them;other::;' as n",
    );
    const seed = {
      name: 'codes',
      path: 'seeds/codes.csv',
      sha256: '',
      columns: [{ name: 'code', tests: [], at }],
      tests: [],
      config: { column_types: { code: 'varchar' } },
      tags: [],
      at,
    };
    expect(await sqlOf(loop("(columns 'codes')"), { seeds: [seed] })).toBe("select 'code:varchar:;' as n");
  });
});

describe('ref of a version', () => {
  it('is that version of the model; without one it is the latest', async () => {
    const parse = await loadParser();
    const versions = new Map([
      [
        'orders',
        {
          latest: 'gold.orders',
          byVersion: new Map([
            ['1', 'gold.orders_v1'],
            ['2', 'gold.orders'],
          ]),
        },
      ],
    ]);
    const said: string[] = [];
    const text = "{{ref 'orders' v=1}} {{ref 'orders' version='2'}} {{ref 'orders'}} {{ref 'orders' v=3}}";
    const rendered = render(parseTemplate('x.sql', text, parse, () => {})!, {
      of: 'model',
      names: indexNames([], ['gold.orders', 'gold.orders_v1'], versions),
      vars: {},
      env: {},
      incremental: false,
      target: {},
      stamp: ANY_RUN,
      columnsOf: () => [],
      macros: new Map(),
      library: new Map(),
      report: ({ code, message, hint }) => said.push(`${code} ${message}: ${hint}`),
    });
    expect(rendered.text).toBe('"gold"."orders_v1" "gold"."orders" "gold"."orders"');
    expect(rendered.asked.refs.map(({ id }) => id)).toEqual(['gold.orders_v1', 'gold.orders', 'gold.orders']);
    expect(said).toEqual(['LK2016 "orders" has no version 3: Its versions are 1, 2']);
  });
});

describe('the run that SQL is made for', () => {
  const stamp = { id: '20261121T074512Z-3f9c2a', startedAt: '2026-11-21T07:45:12.034Z' };
  const compiled = async (sql: string, at = stamp) => {
    const { graph, diagnostics } = await compileProject(
      project({ models: [model('x', sql)] }),
      {},
      { stamp: at },
    );
    expect(diagnostics).toEqual([]);
    return graph!.nodes[0] as ModelNode;
  };

  it.each([
    ['{{run_started_at}}', '2026-11-21T07:45:12.034Z'],
    ["{{run_started_at '%Y-%m-%d %H:%M:%S.%f'}}", '2026-11-21 07:45:12.034000'],
    ["{{run_started_at '%a %d %b %Y, %I %p, %j, 100%%'}}", 'Sat 21 Nov 2026, 07 AM, 325, 100%'],
    ["{{run_started_at '%FT%T%z'}}", '2026-11-21T07:45:12+0000'],
    ['{{invocation_id}}', '20261121T074512Z-3f9c2a'],
  ])('%s', async (template, printed) => {
    expect((await compiled(`select '${template}' as n`)).sql).toBe(`select '${printed}' as n`);
  });

  it('is never reused, and its definition is the same in every run', async () => {
    const sql = "select '{{invocation_id}}' as run, '{{run_started_at}}' as at";
    const [one, two] = [await compiled(sql), await compiled(sql, newRunStamp(new Date()))];
    expect(one).toMatchObject({ neverReuse: true, definitionHash: two.definitionHash });
    expect(one.sql).not.toBe(two.sql);
    expect((await compiled(`${sql}, 1 as n`)).definitionHash).not.toBe(one.definitionHash);
    expect((await compiled(`{{config reuse=true}}${sql}`)).neverReuse).toBe(false);
    expect((await compiled('select 1 as n')).neverReuse).toBe(false);
  });

  it('makes no unit test run again', async () => {
    const unitTests = [unitTest('u', 'x', at)];
    const parts = project({ models: [model('x', "select '{{run_started_at}}' as n")], unitTests });
    const [one, two] = await Promise.all(
      [stamp, newRunStamp(new Date())].map(
        async (at) => (await compileProject(parts, {}, { stamp: at })).graph!.unitTests[0]!,
      ),
    );
    expect(one!.definitionHash).toBe(two!.definitionHash);
  });

  it('makes a test run each time, under one definition', async () => {
    const parts = project({
      models: [model('x', 'select 1 as n')],
      singularTests: [singular('t', "select * from {{ref 'x'}} where n > '{{run_started_at '%Y'}}'")],
    });
    const tests = await Promise.all(
      [stamp, { ...stamp, startedAt: '1999-01-01T00:00:00.000Z' }].map(
        async (at) => (await compileProject(parts, {}, { stamp: at })).graph!.tests[0]!,
      ),
    );
    expect(tests[0]).toMatchObject({ neverReuse: true, definitionHash: tests[1]!.definitionHash });
  });
});
