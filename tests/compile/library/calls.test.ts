import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { library } from '../../../src/compile/library/index.js';
import { LIBRARY_NAMES } from '../../../src/compile/library/names.js';
import { helpers } from '../../../src/compile/template/helpers/index.js';
import { parseTemplates } from '../../../src/compile/templates.js';
import { macro, mistakesIn, model, project, sqlOf } from '../build-project.js';

describe('a macro of the library is called', () => {
  it.each([
    ['as a helper, in order', "select {{safe_divide 'a' 'b'}} as n", 'select (a) / nullif((b), 0) as n'],
    [
      'by name',
      "select {{safe_divide denominator='b' numerator='a'}} as n",
      'select (a) / nullif((b), 0) as n',
    ],
    ['with both', "select {{safe_divide 'a' denominator='b'}} as n", 'select (a) / nullif((b), 0) as n'],
    ['as a partial', "select {{> safe_divide 'a' 'b'}} as n", 'select (a) / nullif((b), 0) as n'],
    [
      'inside of another',
      "select {{safe_add (safe_divide 'a' 2) 'c'}} as n",
      'select coalesce((a) / nullif((2), 0), 0) + coalesce(c, 0) as n',
    ],
    [
      'in a loop',
      "select {{#each (list 'a' 'b')}}{{slugify (concat this ' n')}}, {{/each}}1 as n",
      'select a_n, b_n, 1 as n',
    ],
    ['in a macro', "select {{> share of='x'}} as n", 'select (x) / nullif((total), 0) as n'],
    [
      'in a condition',
      "select 1 as n{{#if (eq (slugify 'A b') 'a_b')}}, 2 as m{{/if}}",
      'select 1 as n, 2 as m',
    ],
    [
      'in an argument of a condition only',
      "select {{#if 1}}{{> share of=(safe_add 'a' 'b')}}{{/if}} as n",
      'select (coalesce(a, 0) + coalesce(b, 0)) / nullif((total), 0) as n',
    ],
  ])('%s', async (_, sql, compiled) => {
    const macros = [macro('share', "{{safe_divide of 'total'}}")];
    expect(await sqlOf(sql, { macros })).toBe(compiled);
  });

  it('set in, every line of it, where a partial stands on a line of its own', async () => {
    const sql = "with days as (\n  {{> deduplicate (ref 'shootings') 'id' 'day'}}\n)\nselect * from days";
    expect(await sqlOf(sql)).toBe(
      'with days as (\n  select * from "silver"."shootings"\n' +
        '  qualify row_number() over (partition by id order by day) = 1\n)\nselect * from days',
    );
  });

  it.each([
    "{{star (ref 'y') except='a'}}",
    "{{> star from=(ref 'y') except='a'}}",
    "{{> star (ref 'y') except='a'}}",
  ])("and a project's own macro of its name comes first: %s", async (call) => {
    const parts = {
      models: [model('y', 'select 1 as n')],
      macros: [macro('star', 'all of {{from}} but {{except}}')],
    };
    const own = `select ${call} as n`;
    if (call === "{{> star (ref 'y') except='a'}}") {
      // As any macro of a project: one value without a name is its `this`.
      const mistakes = await mistakesIn({ ...parts, models: [...parts.models, model('x', own)] });
      expect(mistakes[0]).toMatch(/LK2008 the macro "star" needs a value for "from"/);
    } else {
      expect(await sqlOf(own, parts)).toBe('select all of "gold"."y" but a as n');
    }
  });
});

describe('a mistake in a call is told at its place', () => {
  it.each([
    [
      "{{safe_divide 'a'}}",
      'LK2011 safe_divide needs "denominator"\n  Write {{safe_divide numerator denominator}}',
    ],
    [
      "{{safe_divide 'a' 'b' 'c'}}",
      'LK2011 safe_divide takes at most 2 arguments, not 3\n  Write {{safe_divide numerator denominator}}',
    ],
    ["{{star (ref 'y') excpt='a'}}", 'LK2011 star takes no argument "excpt"\n  Did you mean "except"?'],
    [
      "{{safe_divide 'a' 'b' numerator='c'}}",
      'LK2011 safe_divide is given "numerator" twice\n  Write {{safe_divide numerator denominator}}',
    ],
    [
      "{{star (ref 'y') except=5.5 prefix=true}}",
      "LK2011 prefix of star is true, expected a text\n  Write {{star from [relation_alias=''] [except=(list)] [prefix=''] [suffix=''] [rename=(dict)]}}",
    ],
    [
      '{{generate_series 0}}',
      'LK2011 upper_bound of generate_series is 0, expected a whole number from 1\n  Write {{generate_series upper_bound}}',
    ],
    ['{{surrogate_key}}', 'LK2011 surrogate_key needs "field_list"\n  Write {{surrogate_key field_list…}}'],
    [
      "{{date_spine 'dya' 'a' 'b'}}",
      'LK2011 datepart of date_spine is "dya", expected one of second, minute, hour, day, week, month, quarter, year\n  Write {{date_spine datepart start_date end_date}}',
    ],
    [
      "{{haversine_distance 1 2 3 4 unit='miles'}}",
      'LK2011 unit of haversine_distance is "miles", expected one of mi, km\n  Write {{haversine_distance lat1 lon1 lat2 lon2 [unit=\'mi\']}}',
    ],
    [
      "{{union_relations (ref 'y')}}",
      "LK2011 relations of union_relations is \"\\\"gold\\\".\\\"y\\\"\", expected a list of relations: (list (ref 'a') (ref 'b'))\n  Write {{union_relations relations [column_override=(dict)] [include=(list)] [exclude=(list)] [source_column_name='_dbt_source_relation'] [where='']}}",
    ],
    [
      "{{union_relations (list (ref 'y')) include='a' exclude='b'}}",
      'LK2011 union_relations takes include or exclude, not both\n  Leave out include or exclude: each says the same of all columns',
    ],
    [
      "{{pivot 'a' 'b'}}",
      "LK2011 values of pivot is \"b\", expected a list of values: (list 'red' 'blue')\n  Write {{pivot column values [alias=true] [agg='sum'] [cmp='='] [prefix=''] [suffix=''] [then_value='1'] [else_value='0'] [quote_identifiers=true] [distinct=false]}}",
    ],
    [
      "{{star (ref 'y') rename=(list 'a')}}",
      "LK2011 rename of star is [\"a\"], expected a mapping: (dict a='x')\n  Write {{star from [relation_alias=''] [except=(list)] [prefix=''] [suffix=''] [rename=(dict)]}}",
    ],
    [
      '{{nullcheck 5}}',
      "LK2011 cols of nullcheck is 5, expected a list of columns: (columns (ref 'x')) or (list 'a' 'b')\n  Write {{nullcheck cols}}",
    ],
    [
      "{{#each (get_column_values (ref 'y') 'n')}}{{/each}}",
      "LK2015 gold.y declares no values of \"n\"\n  Write the values, (list 'a' 'b'), declare them under values: of the field, or let the engine find them: pivot … on column",
    ],
    ["{{strar (ref 'y')}}", 'LK2006 no helper "strar"\n  Did you mean "star"?'],
    ["{{> dedupliate 'y'}}", 'LK2007 no macro "dedupliate"\n  Did you mean "deduplicate"?'],
    ["{{star (ref 'z')}}", 'LK2001 no dataset or model "z"\n  Did you mean "y"?'],
  ])('%s', async (call, said) => {
    const models = [model('y', 'select 1 as n'), model('x', `select\n  ${call} as n`)];
    const mistakes = await mistakesIn({ models });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(/^models\/gold\/x\.sql:2:\d+ /);
    expect(mistakes[0]!.replace(/^\S+ /, '')).toBe(said);
  });
});

describe('the library', () => {
  it('has the macros that templates are looked through for, none of a name that a helper has', () => {
    expect([...library.keys()].sort()).toEqual([...LIBRARY_NAMES].sort());
    expect([...library.keys()].filter((name) => helpers.has(name))).toEqual([]);
  });

  it('is listed, with the helpers, on the page of LK2006', () => {
    const page = readFileSync('docs/errors/LK2006.md', 'utf8');
    const missing = [...library.keys(), ...helpers.keys()].filter((name) => !page.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });

  it.each([
    ['select 1 as n', 0],
    ["select {{var 'star'}} as star, {{ref 'star'}}", 0],
    ["select {{star 'x'}}", library.size],
    ["{{#if a}}{{else}}{{#each (list (slugify 'a'))}}{{/each}}{{/if}}", library.size],
    ['{{#> around x=(type_int)}}{{/around}}', library.size],
    ["{{#*inline 'a'}}{{> star}}{{/inline}}", library.size],
  ])('is loaded only where a template calls it: %s', async (sql, size) => {
    const { library: loaded } = await parseTemplates(project({ models: [model('x', sql)] }), () => {});
    expect(loaded.size).toBe(size);
  });
});
