import Handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';
import { indexNames } from '../../../src/compile/names.js';
import { ANY_RUN } from '../../../src/compile/run-stamp.js';
import { loadParser, parseTemplate, type Template } from '../../../src/compile/template/parse.js';
import { render } from '../../../src/compile/template/render.js';
import type { Json } from '../../../src/project/types.js';
import { dataset, graphOf, macro, model, sqlOf } from '../build-project.js';

describe('helpers', () => {
  it.each([
    ["select * from {{ref 'shootings'}}", 'select * from "silver"."shootings"'],
    ["select * from {{ref 'bronze.shootings'}}", 'select * from "bronze"."shootings"'],
    ["select * from {{ref 'silver.shootings'}}", 'select * from "silver"."shootings"'],
    [
      "select * from {{ref 'y'}} union all from {{ref 'gold.y'}}",
      'select * from "gold"."y" union all from "gold"."y"',
    ],
    ["select {{var 'res'}} as a, {{var 'none' 7}} as b", 'select 8 as a, 7 as b'],
    [
      "select '{{env 'LAKE_CITY'}}' as a, '{{env 'LAKE_NO' 'none'}}' as b",
      "select 'Toronto' as a, 'none' as b",
    ],
    ['select * from {{self}}', 'select * from "gold"."x"'],
    ['select 1 as n {{#if (is_incremental)}}where false{{/if}}', 'select 1 as n'],
    [
      "select\n{{#each (list 'a' 'b')}}\n  sum({{this}}) as {{this}},\n{{/each}}\n  1 as n",
      'select\n  sum(a) as a,\n  sum(b) as b,\n  1 as n',
    ],
    [
      "select {{#each (var 'boroughs')}}{{#unless @first}}, {{/unless}}'{{this}}'{{/each}}",
      "select 'Bronx', 'Queens'",
    ],
    ["select '<b> & \"c\"' as a, '{{var 'html'}}' as b", "select '<b> & \"c\"' as a, '<i>' as b"],
    ["select '\\{{raw}}' as a", "select '{{raw}}' as a"],
    ["{{config tags=(list 'a')}}\n\nselect 1 as n\n;\n", 'select 1 as n'],
    ['{{!-- a note with {{braces}} --}}\nselect 1 as n -- done', 'select 1 as n'],
    [
      "select {{> cell lat='a' lng='b'}} as c, {{> cell lat='a' lng='b' res=5}} as d",
      'select cell(a, b, 8) as c, cell(a, b, 5) as d',
    ],
    ['select\n  {{> columns}}\n  1 as n', 'select\n  one,\n  two,\n  1 as n'],
  ])('%s', async (sql, compiled) => {
    const more = {
      datasets: [dataset('shootings')],
      models: [model('y', 'select 1 as n')],
      vars: { res: 8, boroughs: ['Bronx', 'Queens'], html: '<i>' },
      macros: [
        macro('cell', "cell({{lat}}, {{lng}}, {{#if res}}{{res}}{{else}}{{var 'res'}}{{/if}})"),
        macro('columns', 'one,\ntwo,\n'),
      ],
    };
    expect(await sqlOf(sql, more, { LAKE_CITY: 'Toronto' })).toBe(compiled);
  });

  it('refs of both answers of is_incremental are edges', async () => {
    const sql =
      "select * from {{ref 'a'}}\n{{#if (is_incremental)}}where id > (select max(id) from {{ref 'b'}}){{else}}, {{ref 'c'}}{{/if}}";
    const graph = await graphOf({
      datasets: ['a', 'b', 'c'].map((name) => dataset(name)),
      models: [model('x', sql)],
    });
    expect(graph.nodes.at(-1)).toMatchObject({
      dependsOn: ['silver.a', 'silver.b', 'silver.c'],
      sql: 'select * from "silver"."a"\n, "silver"."c"',
    });
  });
});

/** What Handlebars itself makes of the same template: lake's walk over its tree must print the same. */
const same: readonly string[] = [
  'plain\n  text\n',
  '{{#if yes}}\n  a\n{{else}}\n  b\n{{/if}}\nend',
  '{{#if no}}a{{else if yes}}b{{else}}c{{/if}}{{#if zero}}z{{/if}}{{#if zero includeZero=true}}Z{{/if}}{{#if empty}}e{{/if}}',
  '{{#unless no}}a{{else}}b{{/unless}}{{^if no}}c{{/if}}',
  '{{#each words}}{{@index}}:{{@key}}{{this}}{{#if @last}}.{{else}},{{/if}}\n{{/each}}',
  '{{#each people}}\n- {{name}} ({{age}}) of {{../city}}\n{{/each}}',
  '{{#each people as |p i|}}{{i}}:{{p.name}} {{#each ../words as |w|}}{{w}}{{p.age}}{{@index}} {{/each}}{{/each}}',
  '{{#each map}}{{@key}}={{this}};{{/each}}{{#each empty}}x{{else}}nothing{{/each}}',
  '{{#with person}}{{name}}{{../city}}{{#with address as |a|}}{{a.street}}{{../name}}{{/with}}{{else}}no{{/with}}',
  '{{#with empty}}a{{else}}b{{/with}}',
  'a  {{~city~}}  b {{{city}}} {{&city}} {{! note }}c{{!-- }} --}}d',
  '{{words.[0]}}{{person.address.street}}{{this.city}}{{./city}}',
  '  {{> row name="x"}}\n  {{> row name=city}}after\n{{> row person}}{{#each people}}{{> row}}{{/each}}',
  '{{#each people}}\n    {{> block}}\n{{/each}}\n',
  '\t{{> block name="q"}}\n{{> outer}}',
  '{{#> around}}\n  in {{city}}\n{{/around}}\nend',
  'a {{#> around name="n"}}{{name}}{{city}}{{#> around}}deep{{/around}}{{/around}} z',
  '{{#> twice}}{{> row name="x"}}{{/twice}}{{#each people}}{{#> around}}{{name}}{{/around}}{{/each}}',
  '{{#*inline "cell"}}[{{name}}{{#if city}}{{city}}{{/if}}]{{/inline}}{{> cell name="x"}}{{#each people}}{{> cell}}{{/each}}',
  '{{> late}}{{#*inline "late"}}later{{/inline}}',
  '{{#> slots}}{{#*inline "left"}}L{{city}}{{/inline}}body{{/slots}}{{#> slots}}none{{/slots}}',
  '{{#> outside}}{{#> around}}{{city}}{{/around}}{{/outside}}',
  "'{{yes}}' '{{zero}}' '{{city}}'\r\nline\r\n{{#if yes}}\r\n  x\r\n{{/if}}\r\n",
];

const context: Record<string, Json> = {
  yes: true,
  no: false,
  zero: 0,
  empty: [],
  city: 'Toronto <&>',
  words: ['a', 'b', 'c'],
  map: { k: 1, l: 2 },
  person: { name: 'Ann', address: { street: 'King' } },
  people: [
    { name: 'Ann', age: 3 },
    { name: 'Bob', age: 0 },
  ],
};
const partials = {
  row: '<{{name}}>',
  block: 'x {{name}}\n\n  y\nz\n',
  around: '<<\n  {{> @partial-block}}\n>>',
  twice: '{{> @partial-block}}+{{> @partial-block}}',
  slots: '({{#> left}}default{{/left}}|{{> @partial-block}})',
  outside: 'begin {{#> around}}{{> @partial-block}}{{/around}} end',
  outer: 'o\n  {{> block name="i"}}\np\n',
};

describe("lake's walk prints what Handlebars prints", () => {
  it('but for numbers side by side, which Handlebars adds up under noEscape', async () => {
    expect(Handlebars.compile('{{a}}{{b}}', { noEscape: true })({ a: 1, b: 2 })).toBe('3');
    expect(await sqlOf("select {{var 'a'}}{{var 'b'}} as n", { vars: { a: 1, b: 2 } })).toBe(
      'select 12 as n',
    );
  });

  it.each(same)('%s', async (text) => {
    const handlebars = Handlebars.create();
    handlebars.registerPartial(partials);
    const byHandlebars = handlebars.compile(`[${text}]`, { noEscape: true })(context);

    const parse = await loadParser();
    const template = (file: string, source: string): Template =>
      parseTemplate(file, source, parse, (diagnostic) => {
        throw new Error(diagnostic.message);
      })!;
    // The context of the whole template comes in as a macro's arguments.
    const args = Object.keys(context)
      .map((name) => `${name}=(var '${name}')`)
      .join(' ');
    const rendered = render(template('x.sql', `{{> main ${args}}}`), {
      of: 'model',
      names: indexNames([], []),
      vars: context,
      env: {},
      incremental: false,
      target: {},
      stamp: ANY_RUN,
      columnsOf: () => [],
      library: new Map(),
      macros: new Map(
        Object.entries({ main: `[${text}]`, ...partials }).map(([name, source]) => [
          name,
          template(name, source),
        ]),
      ),
      report: (diagnostic) => {
        throw new Error(diagnostic.message);
      },
    });
    expect(rendered.text).toBe(byHandlebars);
  });
});
