import { describe, expect, it } from 'vitest';
import { compileProject } from '../../src/compile/index.js';
import { select } from '../../src/compile/select/index.js';
import { codes } from '../../src/errors/codes.js';
import { LakeError } from '../../src/errors/lake-error.js';
import type { SourceTexts } from '../../src/errors/source-texts.js';
import type { Project } from '../../src/project/types.js';
import {
  at,
  dataset,
  field,
  graphOf,
  macro,
  mistakesIn,
  model,
  project,
  singular,
  sqlMacro,
  test,
  unitTest,
} from './build-project.js';

interface Case {
  readonly title: string;
  readonly project: Partial<Project>;
  readonly sources?: SourceTexts;
  readonly env?: Record<string, string>;
  /** Every diagnostic, in order. */
  readonly says: readonly string[];
}

const shootings = dataset('shootings', ['event_unique_id', 'occurred_on', 'division']);

/** A project with one model `x` of this text. */
const inModel = (sql: string, more: Partial<Project> = {}): Partial<Project> => ({
  datasets: [shootings],
  ...more,
  models: [model('x', sql), ...(more.models ?? [])],
});

const cases: readonly Case[] = [
  {
    title: 'a ref of nothing',
    project: inModel("select *\nfrom {{ref 'shotings'}}"),
    says: ['models/gold/x.sql:2:12 LK2001 no dataset or model "shotings"\n  Did you mean "shootings"?'],
  },
  {
    title: 'a ref of a layer that has no such node',
    project: inModel("select * from {{ref 'bronze.shotings'}}"),
    says: [
      'models/gold/x.sql:1:21 LK2001 no dataset or model "bronze.shotings"\n  Did you mean "bronze.shootings"?',
    ],
  },
  {
    title: 'a ref of another layer than the one that the name is of',
    project: inModel("select * from {{ref 'gold.shootings'}}"),
    says: [
      'models/gold/x.sql:1:21 LK2001 no dataset or model "gold.shootings"\n  Did you mean "silver.shootings"?',
    ],
  },
  {
    title: "a wrong ref inside a macro, in the macro's own file",
    project: inModel('select *\nfrom {{> source}}', {
      macros: [macro('source', "(select * from\n  {{ref 'shotings'}})")],
    }),
    says: [
      'macros/source.hbs:2:9 LK2001 no dataset or model "shotings" (called from models/gold/x.sql:2:6)\n  Did you mean "shootings"?',
    ],
  },
  {
    title: 'a cycle of three models',
    project: {
      models: [
        model('a', "select * from {{ref 'b'}}"),
        model('b', "select *\nfrom {{ref 'c'}}"),
        model('c', "select 1 as n\nunion all\nselect * from {{ref 'a'}}"),
      ],
    },
    says: [
      'models/gold/a.sql:1:21 LK2002 the graph has a cycle: gold.a → gold.b → gold.c → gold.a\n' +
        '  gold.a reads gold.b in models/gold/a.sql:1:21; gold.b reads gold.c in models/gold/b.sql:2:12; gold.c reads gold.a in models/gold/c.sql:3:21',
    ],
  },
  {
    title: 'a model that reads itself',
    project: { models: [model('a', "select * from {{ref 'a'}}")] },
    says: [
      "models/gold/a.sql:1:21 LK2002 the graph has a cycle: gold.a → gold.a\n  Write {{self}} for the model's own relation",
    ],
  },
  {
    title: 'a silver rewrite that reads its own silver',
    project: {
      datasets: [shootings],
      models: [
        model('shootings', "select b.* from {{ref 'bronze.shootings'}} b, {{ref 'shootings'}}", {
          layer: 'silver',
        }),
      ],
    },
    says: [
      'models/silver/shootings.sql:1:53 LK2002 the graph has a cycle: silver.shootings → silver.shootings\n' +
        "  Read {{ref 'bronze.shootings'}}, the rows as delivered",
    ],
  },
  {
    title: 'two datasets, each fetched for the rows of the other',
    project: {
      datasets: ['a', 'b'].map((name) =>
        dataset(name, ['id'], {
          source: {
            files: ['{id}.json'],
            forEach: { dataset: name === 'a' ? 'b' : 'a', at: at(`datasets/city/${name}.yml`, 3, 3) },
            at: at(`datasets/city/${name}.yml`, 2, 1),
          },
        }),
      ),
    },
    says: [
      'datasets/city/a.yml:3:3 LK2002 the graph has a cycle: bronze.a → silver.b → bronze.b → silver.a → bronze.a\n' +
        '  bronze.a reads silver.b in datasets/city/a.yml:3:3; bronze.b reads silver.a in datasets/city/b.yml:3:3',
    ],
  },
  {
    title: 'a variable that is not set, with and without a near one',
    project: inModel("select {{var 'h3_resolutoin'}}, {{var 'x'}}", { vars: { h3_resolution: 8 } }),
    says: [
      'models/gold/x.sql:1:14 LK2004 no variable "h3_resolutoin"\n  Did you mean "h3_resolution"?',
      `models/gold/x.sql:1:39 LK2004 no variable "x"\n  Add it under vars: in project.yml, or write {{var 'x' 'a default'}}`,
    ],
  },
  {
    title: 'environment variables: a foreign one, one that is not set',
    project: inModel("select '{{env 'HOME'}}', '{{env 'LAKE_CITY'}}'"),
    env: { HOME: '/home/someone' },
    says: [
      'models/gold/x.sql:1:15 LK2005 SQL may not read the environment variable "HOME"\n  Only variables that start with LAKE_ may be read in SQL: call it LAKE_HOME, there and here',
      "models/gold/x.sql:1:33 LK2005 the environment variable \"LAKE_CITY\" is not set\n  Set it, or write {{env 'LAKE_CITY' 'a default'}}",
    ],
  },
  {
    title: 'helpers and blocks that there are not',
    project: inModel(
      "select {{reff 'x'}}, {{each (list 1)}}, {{cell lat='a'}} {{#for x}}{{/for}} {{#ref 'x'}}{{/ref}}",
      { macros: [macro('cell', 'cell({{lat}})')] },
    ),
    says: [
      'models/gold/x.sql:1:10 LK2006 no helper "reff"\n  Did you mean "ref"?',
      'models/gold/x.sql:1:24 LK2006 no helper "each"\n  "each" is a block: write {{#each …}} … {{/each}}',
      'models/gold/x.sql:1:43 LK2006 no helper "cell"\n  "cell" is a macro: write {{> cell …}}',
      'models/gold/x.sql:1:61 LK2006 no block "for"\n  Blocks are {{#if}}, {{#unless}}, {{#each}}, {{#with}}',
      'models/gold/x.sql:1:80 LK2006 no block "ref"\n  "ref" is no block: write {{ref \'x\'}}',
    ],
  },
  {
    title: 'a macro that there is not',
    project: inModel("select {{> h3_cel lat='lat'}}", { macros: [macro('h3_cell', 'cell({{lat}})')] }),
    says: ['models/gold/x.sql:1:12 LK2007 no macro "h3_cel"\n  Did you mean "h3_cell"?'],
  },
  {
    title: 'a macro without the value that it needs',
    project: inModel("select\n  {{> h3_cell lat='lat'}}", {
      macros: [macro('h3_cell', 'cell({{lat}},\n  {{lng}})')],
    }),
    says: [
      'macros/h3_cell.hbs:2:5 LK2008 the macro "h3_cell" needs a value for "lng" (called from models/gold/x.sql:2:3)\n  A macro takes its values by name: {{> h3_cell lng=\'…\'}}',
    ],
  },
  {
    title: 'names that mean nothing where they stand',
    project: inModel('select {{h3}}, {{shootings}}, {{selff}}, {{#if is_incremental}}1{{/if}}', {
      vars: { h3: 8 },
    }),
    says: [
      'models/gold/x.sql:1:10 LK2008 "h3" is not known here\n  Write {{var \'h3\'}}',
      'models/gold/x.sql:1:18 LK2008 "shootings" is not known here\n  Write {{ref \'shootings\'}}',
      'models/gold/x.sql:1:33 LK2008 "selff" is not known here\n  Did you mean "self"?',
      'models/gold/x.sql:1:48 LK2008 "is_incremental" is a helper and is called in parentheses here\n  Write (is_incremental)',
    ],
  },
  {
    title: 'a bare {{this}}, as dbt writes its own relation',
    project: inModel('select * from {{this}}'),
    says: [
      "models/gold/x.sql:1:17 LK2009 {{this}} means nothing outside of {{#each}}\n  Write {{self}} for the model's own relation",
    ],
  },
  {
    title: 'a helper with wrong arguments',
    project: inModel(
      "select {{ref 8}}, {{ref}}, {{ref 'a' 'b'}}, {{var 'a' 1 2}}, {{list a='x'}}, {{#each 5}}{{/each}}, {{#if}}{{/if}}",
    ),
    says: [
      "models/gold/x.sql:1:14 LK2011 ref needs a name in quotes\n  Write {{ref 'x'}}",
      "models/gold/x.sql:1:19 LK2011 ref takes one argument, not 0\n  Write {{ref 'x'}}",
      "models/gold/x.sql:1:28 LK2011 ref takes one argument, not 2\n  Write {{ref 'x'}}",
      "models/gold/x.sql:1:45 LK2011 var takes 1 or 2 arguments, not 3\n  Write {{var 'x'}}",
      "models/gold/x.sql:1:69 LK2011 list takes no named argument \"a\"\n  Write (list 'a' 'b')",
      "models/gold/x.sql:1:86 LK2011 {{#each}} needs a list, not 5\n  Write {{#each (list 'a' 'b')}}, or a variable that is a list",
      'models/gold/x.sql:1:103 LK2011 {{#if}} takes one argument, not 0\n  Write {{#if x}} … {{/if}}',
    ],
  },
  {
    title: 'a macro that calls itself through another',
    project: inModel('select {{> a}}', { macros: [macro('a', 'a({{> b}})'), macro('b', 'b({{> a}})')] }),
    says: [
      'macros/b.hbs:1:7 LK2012 the macro "a" calls itself: a → b → a (called from macros/a.hbs:1:3, from models/gold/x.sql:1:8)\n  Break the circle',
    ],
  },
  {
    title: 'what Handlebars knows and lake does not',
    project: inModel("select {{#*memo 'a'}}1{{/memo}}{{* memo}}{{> (list 'a')}}"),
    says: [
      "models/gold/x.sql:1:8 LK2013 the only decorator is inline\n  Write {{#*inline 'name'}} … {{/inline}}",
      "models/gold/x.sql:1:32 LK2013 decorators are not part of lake\n  Write {{#*inline 'name'}} … {{/inline}}",
      'models/gold/x.sql:1:46 LK2013 the name of a macro is written out\n  Write {{> name}}',
    ],
  },
  {
    title: 'a macro of the file that is misspelt',
    project: inModel("{{#*inline 'header'}}1{{/inline}}select {{> heade}}"),
    says: ['models/gold/x.sql:1:45 LK2007 no macro "heade"\n  Did you mean "header"?'],
  },
  {
    title: 'a macro put around text, and one that asks for the text it is not put around',
    project: inModel("select {{#> arround}}2{{/arround}}, {{> around}}, {{> around 'a' 'b'}}", {
      macros: [macro('around', '({{> @partial-block}})')],
    }),
    says: [
      'models/gold/x.sql:1:13 LK2007 no macro "arround"\n  Did you mean "around"?',
      'macros/around.hbs:1:6 LK2007 nothing stands between the tags here (called from models/gold/x.sql:1:37)\n  Call the macro as {{#> name}} … {{/name}}',
      'models/gold/x.sql:1:55 LK2011 the macro "around" takes its values by name\n  Write {{> around name=value}}',
    ],
  },
  {
    title: 'versions of a model that has none, and arguments that ref does not have',
    project: inModel("select * from {{ref 'shootings' v=2}}, {{ref 'shootings' model='x'}}"),
    says: [
      'models/gold/x.sql:1:33 LK2016 "shootings" has no versions\n  Write {{ref \'shootings\'}}',
      "models/gold/x.sql:1:58 LK2011 ref takes no named argument \"model\"\n  Write {{ref 'x'}} or {{ref 'x' v=2}}",
    ],
  },
  {
    title: 'columns of what declares none, and of nothing',
    project: inModel(
      "select {{#each (columns 'y')}}1{{/each}}{{#each (columns (ref 'bronze.shootings'))}}2{{/each}}{{#each (columns 'shotings')}}3{{/each}}{{columns 5}}",
      { models: [model('y', 'select 1 as n')] },
    ),
    says: [
      'models/gold/x.sql:1:25 LK2015 gold.y declares no columns\n  Add "columns:" in its YAML',
      'models/gold/x.sql:1:58 LK2015 bronze.shootings declares no columns\n  Add "fields:" in its manifest',
      'models/gold/x.sql:1:112 LK2001 no dataset or model "shotings"\n  Did you mean "shootings"?',
      "models/gold/x.sql:1:145 LK2011 a relation is expected, not 5\n  Write (ref 'x')",
    ],
  },
  {
    title: 'values that helpers cannot use',
    project: inModel(
      "{{lt 1 'a'}}{{range 'x'}}{{range 1000000}}{{range 1 2 0}}{{upper (list)}}{{add 'a' 1}}{{length 5}}{{in 1 2}}{{join 'a'}}{{lookup 1 2}}{{eq 1}}{{or}}{{run_started_at '%Q'}}{{target.schema}}{{target}}",
    ),
    says: [
      'models/gold/x.sql:1:1 LK2011 lt compares two numbers or two texts, not 1 and "a"\n  Write (lt 1 2)',
      'models/gold/x.sql:1:21 LK2011 range needs whole numbers\n  Write (range 1 13)',
      'models/gold/x.sql:1:26 LK2011 range would make 1000000 numbers, and a template may make 100000\n  Let the engine count: select * from range(1, 1000000)',
      'models/gold/x.sql:1:55 LK2011 range cannot go in steps of 0\n  Write (range 0 10 2)',
      'models/gold/x.sql:1:66 LK2011 upper needs a text, not []\n  Write (upper x)',
      'models/gold/x.sql:1:80 LK2011 add needs numbers, not "a"\n  Write (add @index 1)',
      'models/gold/x.sql:1:96 LK2011 length needs a list or a text, not 5',
      "models/gold/x.sql:1:106 LK2011 in looks into a list or a text, not 2\n  Write (in 'a' (list 'a' 'b'))",
      "models/gold/x.sql:1:116 LK2011 join needs a list, not \"a\"\n  Write (join (list 'a' 'b') ', ')",
      'models/gold/x.sql:1:130 LK2011 lookup needs a list or a mapping, not 1',
      'models/gold/x.sql:1:135 LK2011 eq takes 2 arguments, not 1\n  Write (eq a b)',
      'models/gold/x.sql:1:143 LK2011 or takes at least one argument, not 0\n  Write (or a b)',
      'models/gold/x.sql:1:166 LK2011 run_started_at knows no "%Q"\n  It knows %Y %y %m %d %H %I %p %M %S %f %j %B %b %A %a %F %T %s %z %Z %%',
      'models/gold/x.sql:1:174 LK2008 "target.schema" is not known here\n  target has name, type, threads, lake',
      'models/gold/x.sql:1:189 LK2014 the value is a mapping and cannot be written into SQL\n  Write its items with {{#each}}',
    ],
  },
  {
    title: 'what a macro itself says is wrong',
    project: inModel("select {{> far unit='miles'}}", {
      macros: [
        macro('far', "{{#unless (in unit (list 'mi' 'km'))}}{{raise (concat 'unit is ' unit)}}{{/unless}}"),
      ],
    }),
    says: [
      'macros/far.hbs:1:39 LK2018 unit is miles (called from models/gold/x.sql:1:8)\n  Change what the template is given',
    ],
  },
  {
    title: "dbt's words",
    project: inModel(
      "{{source 'raw' 'x'}}{{env_var 'HOME'}}{{dbt_utils.star (ref 'shootings')}}{{run_query 'select 1'}}{{get_single_value 'select 1'}}{{dateadd 'day' 1 'x'}}",
    ),
    says: [
      'models/gold/x.sql:1:3 LK2006 no helper "source"\n  Write {{ref \'x\'}}: datasets and models have one namespace',
      'models/gold/x.sql:1:23 LK2006 no helper "env_var"\n  Write {{env \'LAKE_X\'}}: SQL may read variables that start with LAKE_, and no others',
      'models/gold/x.sql:1:41 LK2006 no helper "dbt_utils.star"\n  Write star, without what stands before it',
      'models/gold/x.sql:1:77 LK2006 no helper "run_query"\n  Templates are compiled without data; write the query into the SQL',
      'models/gold/x.sql:1:101 LK2006 no helper "get_single_value"\n  Templates are compiled without data: write (select … ) in its place',
      'models/gold/x.sql:1:132 LK2006 no helper "dateadd"\n  Write x + interval 3 day',
    ],
  },
  {
    title: 'helpers where they make no sense',
    project: {
      datasets: [shootings],
      macros: [
        sqlMacro(
          'm',
          "create macro m(a) as (select {{ref 'shootings'}} {{config reuse=true}} {{self}} {{is_incremental}} {{run_started_at}})",
        ),
      ],
      singularTests: [
        singular('t', "select * from {{ref 'shootings'}} where {{self}} and {{is_incremental}}"),
      ],
    },
    says: [
      'macros/m.sql:1:30 LK2013 a macro in macros/*.sql cannot ref a table\n  Give the macro the values as parameters',
      'macros/m.sql:1:50 LK2013 only a model or a test has a configuration\n  Remove the tag',
      "macros/m.sql:1:72 LK2013 only a model has a relation of its own\n  Write {{ref 'x'}} with the model's name",
      'macros/m.sql:1:81 LK2013 only a model can be incremental\n  Remove the condition',
      'macros/m.sql:1:100 LK2013 a macro in macros/*.sql knows no run\n  Give the macro the value as a parameter',
      "tests/data/t.sql:1:41 LK2013 only a model has a relation of its own\n  Write {{ref 'x'}} with the model's name",
      'tests/data/t.sql:1:54 LK2013 only a model can be incremental\n  Remove the condition',
    ],
  },
  {
    title: 'values that are no text',
    project: inModel("select {{list 'a'}}, {{var 'none'}}, {{var 'm'}}", {
      vars: { none: null, m: { a: 1 } },
    }),
    says: [
      'models/gold/x.sql:1:8 LK2014 the value is a list and cannot be written into SQL\n  Write its items with {{#each}}',
      'models/gold/x.sql:1:22 LK2014 the value is null and cannot be written into SQL\n  Give it a value',
      'models/gold/x.sql:1:38 LK2014 the value is a mapping and cannot be written into SQL\n  Write its items with {{#each}}',
    ],
  },
  {
    title: 'configuration that there is not, in a model and in a test',
    project: inModel("{{config materialised='table'}}select * from {{ref 'shootings'}}", {
      singularTests: [
        singular('t', "{{config tagz='x' warn_if='many' where='a > 1'}}select * from {{ref 'x'}}"),
      ],
    }),
    says: [
      'models/gold/x.sql:1:10 LK2020 no configuration "materialised"\n  Did you mean "materialized"?',
      'tests/data/t.sql:1:10 LK2020 a test has no configuration "tagz"\n  Did you mean "tags"?',
      'tests/data/t.sql:1:19 LK2021 warn_if is "many", expected an operator and a number, such as "> 10", or "between 1 and 10"',
      'tests/data/t.sql:1:34 LK2020 the test "t" cannot have a "where"\n  Write the condition into its SQL',
    ],
  },
  {
    title: 'configuration with wrong values',
    project: inModel(
      "{{config materialized='tables' partition_by=8 reuse='yes' tags=(list 1)}}select 1 as n",
      {
        singularTests: [singular('t', "{{config severity='low'}}select * from {{ref 'x'}}")],
      },
    ),
    says: [
      'models/gold/x.sql:1:10 LK2021 materialized is "tables", expected one of table, view, incremental, ephemeral\n  Did you mean "table"?',
      "models/gold/x.sql:1:32 LK2021 partition_by is 8, expected a name or a list of names: (list 'a' 'b')",
      'models/gold/x.sql:1:47 LK2021 reuse is "yes", expected true or false',
      "models/gold/x.sql:1:59 LK2021 tags is [1], expected a name or a list of names: (list 'a' 'b')",
      'tests/data/t.sql:1:10 LK2021 severity is "low", expected warn or error',
    ],
  },
  {
    title: 'incremental models whose configuration does not fit together',
    project: {
      models: [
        model('a', "{{config materialized='incremental' incremental_strategy='merge'}}select 1 as n"),
        model(
          'b',
          "{{config materialized='incremental' incremental_strategy='insert_overwrite'}}select 1 as n",
        ),
        model(
          'c',
          "{{config materialized='incremental' merge_exclude_columns='n' incremental_predicates='n > 1'}}select 1 as n",
        ),
        model(
          'd',
          "{{config materialized='incremental' incremental_strategy='microbatch' begin='soon' batch_size='week'}}select 1 as n",
        ),
      ],
    },
    says: [
      'models/gold/a.sql:1:37 LK2021 the strategy merge needs a unique_key\n  Name the columns that identify a row, or use append',
      'models/gold/b.sql:1:37 LK2021 the strategy insert_overwrite needs partition_by\n  Name the columns whose partitions are replaced, or use materialized: table',
      'models/gold/c.sql:1:37 LK2021 merge_exclude_columns is for the strategy merge, not append\n  Remove it, or use merge with a unique_key',
      'models/gold/c.sql:1:63 LK2021 incremental_predicates have no meaning for the strategy append\n  Remove them',
      'models/gold/d.sql:1:84 LK2021 batch_size is "week", expected one of hour, day, month, year',
      "models/gold/d.sql:1:37 LK2021 the strategy microbatch needs event_time\n  Write event_time='column' begin='2024-01-01' batch_size='day'",
      'models/gold/d.sql:1:71 LK2021 begin is "soon", expected a date or a time\n  Write begin=\'2024-01-01\'',
    ],
  },
  {
    title: 'a silver table that is not to be a table',
    project: {
      datasets: [shootings],
      models: [
        model('shootings', "{{config materialized='view'}}select * from {{ref 'bronze.shootings'}}", {
          layer: 'silver',
        }),
      ],
    },
    says: [
      'models/silver/shootings.sql:1:1 LK2022 "shootings" rewrites silver.shootings, which is a table and cannot be "view"\n' +
        '  Leave materialized out; a model of another name may be a view over it',
    ],
  },
  {
    title: 'configuration that means nothing in silver',
    project: {
      datasets: [shootings],
      models: [
        model('shootings', "{{config unique_key='id'}}select * from {{ref 'bronze.shootings'}}", {
          layer: 'silver',
        }),
      ],
    },
    says: [
      'models/silver/shootings.sql:1:10 LK2031 "shootings" rewrites silver.shootings, where unique_key would have no effect\n' +
        '  The key of silver is that of its dataset: write key: in the manifest',
    ],
  },
  {
    title: 'models in layers that are not theirs',
    project: {
      datasets: [shootings],
      models: [
        model('x', 'select 1 as n', { layer: 'silver' }),
        model('y', 'select 1 as n', { layer: 'bronze' }),
      ],
    },
    says: [
      'models/silver/x.sql:1:1 LK2023 "x" rewrites the silver of no dataset\n  models/silver/<dataset>.sql replaces the generated SELECT of that dataset; other models belong to gold',
      'models/bronze/y.sql:1:1 LK2023 a model cannot belong to the layer "bronze"\n  Move it under models/gold/',
    ],
  },
  {
    title: 'a silver rewrite that does not read its bronze',
    project: {
      datasets: [shootings, dataset('homicides')],
      models: [model('shootings', "select * from {{ref 'bronze.homicides'}}", { layer: 'silver' })],
    },
    says: [
      'models/silver/shootings.sql:1:1 LK2024 "shootings" rewrites silver.shootings and does not read bronze.shootings\n' +
        "  Write from {{ref 'bronze.shootings'}}",
    ],
  },
  {
    title: 'silver that reads the clock: in a field, through a macro, in a rewrite',
    project: {
      datasets: [
        dataset('a', [
          field('age', { sql: 'today() - value::date' }),
          field('token', { sql: 'stamp(value)' }),
        ]),
        dataset('b'),
      ],
      macros: [sqlMacro('stamp', 'create macro stamp(x) as x || now()::varchar')],
      models: [model('b', "select *,\n  current_date as day\nfrom {{ref 'bronze.b'}}", { layer: 'silver' })],
    },
    sources: {
      'datasets/city/a.yml':
        'dataset: a\nsource: {package: a}\nfields:\n  age: {sql: "today() - value::date"}\n',
    },
    says: [
      'datasets/city/a.yml:4:15 LK2025 sql of the field "age" reads the clock or chance: today\n  Silver must give the same rows tomorrow: use "_loaded_at", or do it in a gold model',
      'datasets/city/a.yml:5:3 LK2025 sql of the field "token" reads the clock or chance: stamp\n  Silver must give the same rows tomorrow: use "_loaded_at", or do it in a gold model',
      'models/silver/b.sql:2:3 LK2025 the model "b" reads the clock or chance: current_date\n  Silver must give the same rows tomorrow: use "_loaded_at", or do it in a gold model',
    ],
  },
  {
    title: 'what is switched off, and who reads it',
    project: {
      models: [
        model('orders', "{{config enabled=(var 'on')}}\nselect 1 as n"),
        model('report', "select *\nfrom {{ref 'orders'}}"),
      ],
      vars: { on: false },
      snapshots: [
        {
          name: 'history',
          path: 'snapshots/h.yml',
          relation: 'orders',
          relationAt: at('snapshots/h.yml', 3, 15),
          columns: [],
          tests: [],
          config: { unique_key: 'n', strategy: 'check', check_cols: 'all' },
          tags: [],
          at: at('snapshots/h.yml', 2, 11),
        },
      ],
    },
    says: [
      'models/gold/report.sql:2:12 LK2019 the model "orders" is disabled\n  It says enabled: false; see models/gold/orders.sql, or read something else',
      'snapshots/h.yml:3:15 LK2019 the model "orders", which the snapshot "history" records, is disabled\n  Write config: {enabled: false} for the snapshot, too',
    ],
  },
  {
    title: 'groups, private models and versions that are to go',
    project: {
      groups: [{ name: 'finance', owner: { name: 'Ada' }, at: at('models/groups.yml', 2) }],
      models: [
        model('ledger', 'select 1 as n', { config: { access: 'private', group: 'finance' } }),
        model('balance', "select * from {{ref 'ledger'}}", { config: { group: 'finance' } }),
        model('other', "select * from {{ref 'ledger'}}"),
        model('stray', 'select 1 as n', { config: { group: 'finence' } }),
        model('alone', 'select 1 as n', { config: { access: 'private' } }),
        model('open', 'select 1 as n', { config: { access: 'public', materialized: 'ephemeral' } }),
        model('a_v1', 'select 1 as n', {
          version: { of: 'a', v: '1', stage: 'old', deprecationDate: '2020-01-01' },
        }),
        model('a_v2', 'select 1 as n', { version: { of: 'a', v: '2', stage: 'latest' } }),
        model('reads', "select * from {{ref 'a' v=1}}, {{ref 'a'}}"),
      ],
    },
    says: [
      'models/gold/stray.sql:1:1 LK2029 no group "finence"\n  Did you mean "finance"?',
      'models/gold/alone.sql:1:1 LK2028 "alone" is private and belongs to no group: nothing could read it\n  Write group: <name>',
      'models/gold/open.sql:1:1 LK2028 "open" is public and ephemeral: there is no table that others could read\n  Make it a table or a view, or protected',
      'models/gold/other.sql:1:21 LK2028 "ledger" is private to the group "finance", and other has no group\n  Write group: finance for the reader, or access: protected for ledger',
      'models/gold/reads.sql:1:21 LK2027 version 1 of "a" is deprecated since 2020-01-01\n  Read version 2: {{ref \'a\' v=2}}',
    ],
  },
  {
    title: 'a contract that lacks what it needs, and hooks that reach beyond their task',
    project: {
      models: [
        model('x', "{{config post_hook=(list 'copy x to y' 'select 1; select 2')}}\nselect 1 as n", {
          config: { contract: { enforced: true } },
          columns: [
            { name: 'n', tests: [], dataType: 'in(t', at: at('models/gold/x.yml', 4, 9) },
            { name: 'm', tests: [], at: at('models/gold/x.yml', 5, 9) },
          ],
          constraints: [
            { type: 'unique', columns: ['k'], at: at('models/gold/x.yml', 6, 9) },
            { type: 'check', columns: [], expression: '(n', at: at('models/gold/x.yml', 7, 9) },
            {
              type: 'foreign_key',
              columns: ['n'],
              to: 'zz',
              toColumns: ['n'],
              at: at('models/gold/x.yml', 8, 9),
            },
          ],
        }),
      ],
    },
    says: [
      'models/gold/x.sql:1:10 LK2030 the post_hook 1 of the model "x" cannot be "COPY"\n  Hooks run in a catalog of their own: SELECT, CREATE, INSERT, UPDATE, DELETE, DROP and SET VARIABLE are possible',
      'models/gold/x.sql:1:10 LK2041 the post_hook 2 of the model "x" holds a second statement\n  Write each statement as a hook of its own: a list',
      'models/gold/x.yml:5:9 LK2026 the contract of "x" lacks the data_type of m\n  Write data_type: varchar, or what the column is',
      'models/gold/x.yml:4:9 LK2026 the contract of "x" has no type for "n": "in(t" is none\n  Write a type of DuckDB, such as varchar',
      'models/gold/x.yml:6:9 LK2026 the contract of "x" has a constraint unique on "k", which is no column of it\n  Name one of its columns',
      'models/gold/x.yml:7:9 LK2026 the contract of "x" has a check that opens a parenthesis that it does not close\n  Check the parentheses',
      'models/gold/x.yml:8:9 LK2026 the contract of "x" refers to "zz", which does not exist\n  Write to: ref(\'name\')',
    ],
  },
  {
    title: 'silver that prints its run',
    project: {
      datasets: [dataset('b')],
      models: [
        model('b', "select *, '{{invocation_id}}' as run\nfrom {{ref 'bronze.b'}}", { layer: 'silver' }),
      ],
    },
    says: [
      'models/silver/b.sql:1:12 LK2025 the model "b" prints which run it is in\n  Silver must give the same rows tomorrow: use "_loaded_at", or do it in a gold model',
    ],
  },
  {
    title: 'files without SQL',
    project: {
      datasets: [dataset('a', [field('n', { sql: '-- nothing' })])],
      models: [model('x', '-- to do\n'), model('y', '')],
      singularTests: [singular('t', '  ')],
    },
    says: [
      'models/gold/x.sql:1:1 LK2040 the model "x" has no SQL\n  Write one SELECT',
      'models/gold/y.sql:1:1 LK2040 the model "y" has no SQL\n  Write one SELECT',
      'datasets/city/a.yml:4:3 LK2040 sql of the field "n" is empty\n  Write a SQL expression',
      'tests/data/t.sql:1:1 LK2040 the test "t" has no SQL\n  Write one SELECT',
    ],
  },
  {
    title: 'more than one statement',
    project: {
      datasets: [dataset('a', [field('n', { sql: 'value; drop table x' })])],
      models: [model('x', "select ';' as n;\n\nselect 2 as n;")],
    },
    says: [
      'models/gold/x.sql:3:1 LK2041 the model "x" holds a second statement\n  Keep one SELECT in a file; a WITH may hold the steps',
      'datasets/city/a.yml:4:3 LK2041 sql of the field "n" holds a semicolon\n  Write one SQL expression',
    ],
  },
  {
    title: 'statements that are no SELECT, and macros that read files',
    project: {
      datasets: [shootings],
      macros: [sqlMacro('m', "create macro m(a) as table\n  select a from read_csv('x.csv')")],
      models: [model('x', '-- adds a row\ninsert into y values (1)'), model('y', "copy t to 'x.csv'")],
      singularTests: [singular('none', 'pragma database_list')],
    },
    says: [
      'macros/m.sql:2:17 LK2046 read_csv() reads what is not of the project\n  Read by ref, and give the macro what it needs: lake sees when a seed or a dataset changes',
      'models/gold/x.sql:2:1 LK2047 the model "x" is INSERT, and no SELECT\n  Write the SELECT of the rows that it has: lake writes the table, and hooks may do more in the same task',
      'models/gold/y.sql:1:1 LK2047 the model "y" is COPY, and no SELECT\n  Write the SELECT of the rows that it has: lake writes the table, and hooks may do more in the same task',
      'tests/data/none.sql:1:1 LK2047 the test "none" is PRAGMA, and no SELECT\n  Write the SELECT of the rows that it has: lake writes the table, and hooks may do more in the same task',
    ],
  },
  {
    title: 'tables of the project that no ref names',
    project: {
      models: [
        model('x', 'select * from\n  gold.y'),
        model(
          'y',
          "{{config materialized='incremental'}}select 1 as a{{#if (is_incremental)}} from gold.y{{/if}}",
        ),
        model('z', 'select * from {{self}} join gold.z using (a)'),
      ],
    },
    says: [
      'models/gold/x.sql:2:3 LK2048 the model "x" reads gold.y without ref: nothing builds it first, and its changes would not be seen\n  Write {{ref \'gold.y\'}}',
    ],
  },
  {
    title: 'a name that means something only outside of the block',
    project: inModel("{{> m skip='a'}}", {
      macros: [
        macro('m', "select 1{{#each (list 'a' 'b')}}{{skip}}{{/each}}{{#each (list 'a')}}{{other}}{{/each}}"),
      ],
    }),
    says: [
      'macros/m.hbs:1:35 LK2008 "skip" is not known here, and was before the block (called from models/gold/x.sql:1:1)\n  Write {{../skip}}: inside of {{#each}} and {{#with}} a name is one of what stands around it now',
      'macros/m.hbs:1:72 LK2008 the macro "m" needs a value for "other" (called from models/gold/x.sql:1:1)\n  A macro takes its values by name: {{> m other=\'…\'}}',
    ],
  },
  {
    title: 'text that is never closed',
    project: {
      datasets: [shootings],
      macros: [sqlMacro('m', "create macro m(a) as 'x")],
      models: [
        model('x', "select\n  'it''s as n"),
        model('y', 'select 1 as "n'),
        model('z', 'select 1 /* as n'),
      ],
      singularTests: [singular('t', "select * from {{ref 'shootings'}} where x = 'a")],
    },
    says: [
      'macros/m.sql:1:22 LK2042 a string is opened and never closed',
      'models/gold/x.sql:2:3 LK2042 the model "x" opens a string that is never closed\n  Close it with \'; inside it, \' is written twice',
      'models/gold/y.sql:1:13 LK2042 the model "y" opens a quoted name that is never closed\n  Close it with "; inside it, " is written twice',
      'models/gold/z.sql:1:10 LK2042 the model "z" opens a comment that is never closed\n  Close it with */',
      'tests/data/t.sql:1:45 LK2042 the test "t" opens a string that is never closed\n  Close it with \'; inside it, \' is written twice',
    ],
  },
  {
    title: 'macros/*.sql with another statement',
    project: { macros: [sqlMacro('m', 'create macro a(x) as x + 1;\n\ncreate table t as select 1;')] },
    says: [
      'macros/m.sql:3:1 LK2043 a file under macros/ holds "create macro" statements only, not "create"\n  Write create macro name(a, b) as …; a model goes under models/',
    ],
  },
  {
    title: 'macros/*.sql with one macro twice, and with macros that call each other',
    project: {
      macros: [
        sqlMacro(
          'm',
          'create macro a(x) as x;\ncreate macro a(x) as table select x;\ncreate macro A(x, y) as x;',
        ),
        sqlMacro('n', 'create macro one(x) as two(x);\n\ncreate macro two(x) as "ONE"(x);'),
      ],
    },
    says: [
      'macros/m.sql:3:1 LK2017 the macro "a" is created twice\n  The other stands in macros/m.sql:1; several numbers of parameters go into one statement: create macro a(a) as …, (a, b) as …',
      'macros/n.sql:1:1 LK2012 the macro "one" calls itself: one → two → one\n  Break the circle',
    ],
  },
  {
    title: 'expressions that are not whole',
    project: {
      datasets: [
        dataset(
          'a',
          [
            field('n', { sql: 'lpad(value, 3' }),
            field('m', { sql: 'value) from x' }),
            field('o', { sql: 'value -- as is' }),
          ],
          {
            tests: [
              test('expression_is_true', { expression: '(n > 1' }),
              test('row_count', { min: 1 }, { where: 'n > (1' }),
            ],
          },
        ),
        dataset('b', ['id'], {
          source: {
            forEach: { dataset: 'a', where: 'n = (1', at: at('datasets/city/b.yml', 3, 3) },
            at: at('datasets/city/b.yml', 2, 1),
          },
        }),
      ],
    },
    says: [
      'datasets/city/a.yml:4:3 LK2044 sql of the field "n" opens a parenthesis that it does not close\n  Check the parentheses',
      'datasets/city/a.yml:5:3 LK2044 sql of the field "m" closes a parenthesis that it does not open\n  Check the parentheses',
      'datasets/city/a.yml:6:3 LK2044 sql of the field "o" ends in a comment\n  Write the comment in YAML: `# …`',
      'datasets/city/b.yml:3:3 LK2044 where of for_each opens a parenthesis that it does not close\n  Check the parentheses',
      'models/gold/x.yml:7:9 LK2044 expression of expression_is_true opens a parenthesis that it does not close\n  Check the parentheses',
      'models/gold/x.yml:7:9 LK2044 where of row_count opens a parenthesis that it does not close\n  Check the parentheses',
    ],
  },
  {
    title: 'a unit test with rows for a relation that its model does not read, and one of no SQL file',
    project: inModel("select * from {{ref 'shootings'}}", {
      datasets: [shootings, dataset('homicides')],
      unitTests: [
        unitTest('u', 'x', at('models/gold/x.yml', 3, 5), { given: { homicides: [] } }),
        unitTest('v', 'shootings', at('models/gold/x.yml', 9, 5)),
      ],
    }),
    says: [
      'models/gold/x.yml:3:5 LK2051 the unit test "u" gives rows for silver.homicides, which gold.x does not read\n  It reads silver.shootings',
      'models/gold/x.yml:9:5 LK2051 the unit test "v" is for silver.shootings, which has no SQL file\n  A unit test of a dataset stands in its manifest',
    ],
  },
  {
    title: 'a test that there is not',
    project: { datasets: [dataset('a', [field('n', { tests: [test('not_nul')] })])] },
    says: ['models/gold/x.yml:7:9 LK4101 no test "not_nul"\n  Did you mean "not_null"?'],
  },
  {
    title: 'tests of packages that lake does not have',
    project: {
      datasets: [
        dataset('a', [
          field('n', {
            tests: [test('elementary.volume_anomalies'), test('dbt_utils.expect_column_to_exist')],
          }),
        ]),
      ],
    },
    says: [
      'models/gold/x.yml:7:9 LK4101 no test "elementary.volume_anomalies"\n  lake has the tests of dbt, dbt_utils and dbt_expectations; write others into tests/generic, without a prefix',
      'models/gold/x.yml:7:9 LK4101 no test "dbt_utils.expect_column_to_exist"\n  Did you mean "expect_column_to_exist"?',
    ],
  },
  {
    title: 'arguments that are missing, unknown, of the wrong kind, or no SQL',
    project: {
      datasets: [
        dataset(
          'a',
          [
            field('n', {
              tests: [
                test('accepted_values', { value: ['a'] }),
                test('accepted_values'),
                test('not_null', { wher: 'a = 1' }),
                test('accepted_range', { min_value: 5, max_value: 1 }),
                test('expect_column_values_to_match_regex', { regex: 5, flags: 'q' }),
                test('not_null', {}, { where: 'n > (1', warnIf: 'lots' }),
              ],
            }),
          ],
          {
            tests: [
              test('unique_combination_of_columns', { combination_of_columns: ['n', 'm'] }),
              test('recency', { field: 'n', datepart: 'fortnight', interval: 1 }),
              test('row_count'),
            ],
          },
        ),
      ],
    },
    says: [
      'models/gold/x.yml:7:9 LK4102 accepted_values has no argument "value"\n  Did you mean "values"?',
      'models/gold/x.yml:7:9 LK4102 accepted_values needs values\n  Write it as accepted_values: {values: …}',
      'models/gold/x.yml:7:9 LK4102 not_null has no argument "wher"\n  Did you mean "where"?',
      'models/gold/x.yml:7:9 LK4102 accepted_range has a min_value of 5 above its max_value of 1',
      'models/gold/x.yml:7:9 LK4102 expect_column_values_to_match_regex cannot take 5 as regex\n  Expected text',
      'models/gold/x.yml:7:9 LK2044 where of not_null opens a parenthesis that it does not close\n  Check the parentheses',
      'models/gold/x.yml:7:9 LK2021 warn_if is "lots", expected an operator and a number, such as "> 10", or "between 1 and 10"',
      'models/gold/x.yml:7:9 LK4103 silver.a has no column "m"\n  Did you mean "n"?',
      'models/gold/x.yml:7:9 LK4102 recency cannot take "fortnight" as datepart\n  Expected second, minute, hour, day, week, month, quarter or year',
      'models/gold/x.yml:7:9 LK4102 row_count needs min or max',
    ],
  },
  {
    title: 'tests with arguments that do not fit',
    project: {
      datasets: [dataset('a', ['n'], { tests: [test('unique'), test('row_count', { min: 5, max: 2 })] })],
    },
    says: [
      'models/gold/x.yml:7:9 LK4102 unique tests a column\n  Put it under the column, or add column_name',
      'models/gold/x.yml:7:9 LK4102 row_count has a min of 5 above its max of 2',
    ],
  },
  {
    title: 'tests of columns that a dataset does not have',
    project: {
      datasets: [
        dataset(
          'a',
          ['deaths', field('b_id', { tests: [test('relationships', { to: "ref('b')", field: 'idd' })] })],
          {
            tests: [test('not_null', { column_name: 'death' })],
          },
        ),
        dataset('b'),
      ],
    },
    sources: { 'models/gold/x.yml': '\n\n\n\n\n\n      - not_null: {column_name: death}\n' },
    says: [
      'models/gold/x.yml:7:9 LK4103 silver.b has no column "idd"\n  Did you mean "id"?',
      'models/gold/x.yml:7:33 LK4103 silver.a has no column "death"\n  Did you mean "deaths"?',
    ],
  },
  {
    title: 'a singular test that reads nothing',
    project: { singularTests: [singular('t', 'select 1 as n')] },
    says: [
      'tests/data/t.sql:1:1 LK4104 the test "t" reads no dataset or model\n  Write its tables with {{ref \'x\'}}',
    ],
  },
  {
    title: 'the same test twice, the same unit test twice',
    project: {
      datasets: [
        dataset(
          'a',
          [
            field('n', {
              tests: [test('not_null', {}, { at: at('datasets/city/a.yml', 4, 20) }), test('not_null')],
            }),
          ],
          {
            unitTests: [8, 9].map((line) => ({
              name: 'u',
              given: [],
              expect: [],
              at: at('datasets/city/a.yml', line, 5),
            })),
          },
        ),
      ],
    },
    says: [
      'models/gold/x.yml:7:9 LK4105 the test not_null(silver.a.n) is declared twice\n  Remove one of them; the other stands in datasets/city/a.yml:4:20',
      'datasets/city/a.yml:9:5 LK4105 the unit test a::u is declared twice\n  Rename one of them; the other stands in datasets/city/a.yml:8:5',
    ],
  },
  {
    title: 'publications that are not possible, each at its entry',
    project: {
      target: {
        name: 'prod',
        lake: { type: 'local', path: 'lake' },
        publish: {
          db: { type: 'postgres' },
          files: { type: 'files', path: 'out' },
          events: { type: 'openlineage', url: 'x' },
        },
      },
      datasets: [
        dataset('trees', ['id', 'planted'], {
          publish: [
            { to: 'db', path: 'x.csv' },
            { to: 'db', mode: 'sync', table: 'a', key: ['identity'] },
            { to: 'db', table: 'b', columns: ['planted'], key: ['id'] },
            { to: 'files', path: '../x.csv' },
            { to: 'files', path: '{nam}.csv' },
            { to: 'events' },
            { to: 'event', whatever: 1 },
          ],
          spans: { 'publish.1': at('datasets/trees.yml', 9) },
        }),
        dataset('bag', ['id'], { key: undefined, publish: [{ to: 'db', mode: 'upsert' }] }),
      ],
      models: [model('x', 'select 1 as a', { config: { materialized: 'view', publish: [{ to: 'db' }] } })],
    },
    says: [
      'datasets/city/bag.yml:1:1 LK2080 mode: upsert needs a key, and silver.bag has none\n  Say `key: [column]` here, or use mode: replace',
      'datasets/city/trees.yml:1:1 LK2080 "path" means nothing at the publish target "db", which is of type postgres\n  There: to, columns, table, schema, mode, key, indexes, geometry, views, refresh',
      'datasets/trees.yml:9:1 LK2080 silver.trees has no column "identity"\n  It has id, planted, _load_id',
      'datasets/city/trees.yml:1:1 LK2080 the key column "id" is not among the columns that are published\n  Add id to columns, or name another key',
      'datasets/city/trees.yml:1:1 LK2080 the path "../x.csv" is not below the folder of its target\n  Write names with / between them: exports/crashes.csv',
      'datasets/city/trees.yml:1:1 LK2080 the path has a placeholder {nam} that is not known\n  Did you mean "name"?',
      'datasets/city/trees.yml:1:1 LK2080 the publish target "events" receives events of runs, no tables\n  Publish to db, files',
      'datasets/city/trees.yml:1:1 LK2082 no output of the profile has a publish target "event"\n  Did you mean "events"?',
      'models/gold/x.sql:1:1 LK2080 gold.x has no rows of its own to publish: it is materialized as view\n  Materialize it as table, or publish what reads it',
    ],
  },
  {
    title: 'names of published files that say no format, another one, or what lake keeps for itself',
    project: {
      target: {
        name: 'prod',
        lake: { type: 'local', path: 'lake' },
        publish: {
          out: { type: 'files', path: 'out' },
          maps: { type: 'files', path: 'm', format: 'geojson' },
        },
      },
      datasets: [
        dataset('trees', ['id'], {
          publish: [
            { to: 'out', path: 'x.xlsx' },
            { to: 'out', path: 'x.nyc' },
            { to: 'out', path: 'x.nyc', format: 'csv' },
            { to: 'out', path: '{name}.{format}.gz' },
            { to: 'out', path: 'x.csv', format: 'parquet' },
            { to: 'out', path: 'x.jsonl.gz', format: 'json' },
            { to: 'out', path: 'v1.{version}' },
            { to: 'maps', path: 'x/' },
            { to: 'out', path: 'a/.x.csv' },
            { to: 'out', path: 'x.csv.manifest.json' },
            { to: 'out', path: 'x/manifest.json' },
          ],
        }),
      ],
    },
    says: [
      'the ending of x.xlsx is that of no format that tables are published in\n  End it with .parquet, .csv, .json, .ndjson, .jsonl, .geojson.',
      'the ending of x.nyc is that of no format that tables are published in\n  End it with .parquet, .csv, .json, .ndjson, .jsonl, .geojson, or say which with `format:`.',
      'a file of parquet is compressed inside, and {name}.{format}.gz ends in .gz\n  Leave the .gz out of `path:`, or write csv, json or geojson.',
      'x.csv does not end as a file of parquet\n  Write `format: csv`, or end it with .parquet.',
      'GeoJSON is one collection, and no folder of files\n  Leave out the / at the end of `path:`.',
      'the path "a/.x.csv" has a name that begins with a dot\n  Such names are those of temporary files at a publish target: take another one',
      'the path "x.csv.manifest.json" is that of a manifest, which lake writes beside the files\n  Take another name',
      'the path "x/manifest.json" is that of a manifest, which lake writes beside the files\n  Take another name',
    ].map((said) => `datasets/city/trees.yml:1:1 LK2080 ${said}`),
  },
  {
    title: 'two publications of one place, by targets of different names',
    project: {
      target: {
        name: 'prod',
        lake: { type: 'local', path: 'lake' },
        publish: {
          a: { type: 'files', path: 'out' },
          b: { type: 'files', path: './out/sub/' },
          c: { type: 's3', location: { type: 's3', bucket: 'x', prefix: 'p' } },
          d: { type: 's3', location: { type: 's3', bucket: 'x' } },
          e: { type: 'duckdb', path: 'all.duckdb' },
          f: { type: 'duckdb', path: './all.duckdb' },
        },
      },
      datasets: [
        dataset('trees', ['id'], {
          publish: [
            { to: 'a', path: 'sub/{name}/' },
            { to: 'b', path: 'trees', format: 'csv' },
            { to: 'b', path: 'trees.csv' },
            { to: 'c', path: 'x.csv' },
            { to: 'd', path: 'p/x.csv' },
            { to: 'd', path: 'x.csv' },
            { to: 'e' },
            { to: 'e', table: 'Trees' },
            { to: 'f', table: 'others' },
          ],
        }),
      ],
    },
    says: [
      'silver.trees and silver.trees are both published as b/trees, which is a/sub/trees/\n  The other one stands in datasets/city/trees.yml:1. Give one another path',
      'silver.trees and silver.trees are both published as d/p/x.csv, which is c/x.csv\n  The other one stands in datasets/city/trees.yml:1. Give one another path',
      'silver.trees and silver.trees are both published as e/Trees, which is e/trees\n  The other one stands in datasets/city/trees.yml:1. Give one another table',
      'the publish targets "e" and "f" are one file, which each of them would replace\n  Publish to "e", or give one another path in profiles.yml',
    ].map((said) => `datasets/city/trees.yml:1:1 LK2081 ${said}`),
  },
  {
    title: 'two publications of one name',
    project: {
      target: { name: 'prod', lake: { type: 'local', path: 'lake' }, publish: { db: { type: 'postgres' } } },
      datasets: [
        shootings,
        dataset('trees', ['id'], {
          publish: [
            { to: 'db', table: 'x' },
            { to: 'db', table: 'y' },
          ],
        }),
      ],
      models: [model('x', 'select 1 as a', { config: { publish: [{ to: 'db' }] } })],
    },
    says: [
      'models/gold/x.sql:1:1 LK2081 gold.x and silver.trees are both published as db/x\n  The other one stands in datasets/city/trees.yml:1. Give one another table',
    ],
  },
];

const syntax: readonly (readonly [text: string, says: string])[] = [
  [
    "select *\nfrom {{ref 'x'",
    '2:6 "{{" is opened and never closed\n  Close it with "}}"; for a literal "{{" write "\\{{"',
  ],
  [
    "select {{ref 'x' from t\nwhere {{var 'y'}}",
    '1:8 "{{" is opened and never closed\n  Close it with "}}"; for a literal "{{" write "\\{{"',
  ],
  [
    "select {{ref 'x}} from t",
    "1:8 a quote in this tag is never closed\n  Close the text with the same quote: {{ref 'x'}}",
  ],
  ["select * from {{ ref('x') }}", "1:15 {{ ref('x') }} cannot be read\n  Write {{ref 'x'}}"],
  [
    "select {{ dbt_utils.star(from=ref('x'), except=['a', 'b'], quote_identifiers = False) }} from t",
    "1:8 {{ dbt_utils.star(from=ref('x'), except=['a', 'b'], quote… cannot be read\n  Write {{star from=(ref 'x') except=(list 'a' 'b') quote_identifiers=false}}",
  ],
  [
    "{{ config(materialized='table', unique_key=['a'], enabled=none) }}\nselect 1",
    "1:1 {{ config(materialized='table', unique_key=['a'], enabled… cannot be read\n  Write {{config materialized='table' unique_key=(list 'a') enabled=null}}",
  ],
  [
    'select {{ concat(add(1, -2.5), "x\'y") }}',
    '1:8 {{ concat(add(1, -2.5), "x\'y") }} cannot be read\n  Write {{concat (add 1 -2.5) "x\'y"}}',
  ],
  [
    "select {{ var('a') ~ var('b') }}",
    "1:8 {{ var('a') ~ var('b') }} cannot be read\n  Helpers take their arguments without parentheses: {{var 'x'}}",
  ],
  ['select {{#> around}}1', '1:8 {{#around}} is opened and never closed\n  Close it with {{/around}}'],
  [
    "select {{#*inline 'a'}}1{{/a}}",
    '1:25 {{/a}} stands where {{/inline}} is due\n  Close {{#inline}} first',
  ],
  ['select {{ }}', '1:8 {{ }} cannot be read\n  Write a name between the braces, or remove them'],
  [
    'select {{> cell res=}}',
    "1:8 {{> cell res=}} cannot be read\n  Write the value right after the equals sign: res=8 or lat='lat'",
  ],
  ['select {{name | upper}}', '1:8 {{name | upper}} cannot be read\n  Write {{upper name}}'],
  [
    'select {{name | initcap}}',
    '1:8 {{name | initcap}} cannot be read\n  Handlebars has no filters; write a macro instead',
  ],
  ['select\n{{#if (is_incremental)}}\n1', '2:1 {{#if}} is opened and never closed\n  Close it with {{/if}}'],
  ['{{#if 1}}{{#each (list)}}{{/if}}', '1:26 {{/if}} stands where {{/each}} is due\n  Close {{#each}} first'],
  [
    'select 1{{/if}}',
    '1:9 {{/if}} closes a block that is not open\n  Remove it, or open the block with {{#if …}}',
  ],
  ['select 1{{else}}2', '1:9 {{else}} stands outside of a block\n  Put it between {{#if …}} and {{/if}}'],
  [
    'select {{!-- a note }} 1',
    '1:8 "{{" is opened and never closed\n  Close it with "}}"; for a literal "{{" write "\\{{"',
  ],
  [
    'select 1\n{% if x %}a{% endif %}',
    '2:1 "{% if …%}" is Jinja; lake\'s templates are Handlebars\n  Write {{#if …}} … {{else if …}} … {{else}} … {{/if}}',
  ],
  [
    '{% set x = 1 %}select {{x}}',
    '1:1 "{% set …%}" is Jinja; lake\'s templates are Handlebars\n  Write {{#with value as |name|}} … {{/with}} around what uses the name, or a variable under vars: of project.yml',
  ],
  [
    '{% macro cents(x) %}{{x}} / 100{% endmacro %}',
    '1:1 "{% macro …%}" is Jinja; lake\'s templates are Handlebars\n  Put what stands between into macros/<name>.hbs, without these two tags: {{> <name> x=1}} calls it, and {{x}} in it is the value',
  ],
  [
    'select 1 {{!-- {# here #} --}}{# there #}',
    '1:31 "{# … #}" is a comment of Jinja; lake\'s templates are Handlebars\n  Write {{!-- … --}}, or a comment of SQL: -- …',
  ],
  [
    "select * from {{ source('raw', 'orders') }}",
    "1:15 {{ source('raw', 'orders') }} cannot be read\n  Write {{ref 'orders'}}",
  ],
  ["select {{ env_var('LAKE_X') }}", "1:8 {{ env_var('LAKE_X') }} cannot be read\n  Write {{env 'LAKE_X'}}"],
  [
    "select {{ env_var('DBT_X') }}",
    "1:8 {{ env_var('DBT_X') }} cannot be read\n  Write {{env 'LAKE_X'}}: SQL may read variables that start with LAKE_, and no others",
  ],
  [
    "select {{ dbt.date_trunc('day', 'd') }}",
    "1:8 {{ dbt.date_trunc('day', 'd') }} cannot be read\n  Write date_trunc('month', x)",
  ],
  [
    "select {{ exceptions.raise_compiler_error('no') }}",
    "1:8 {{ exceptions.raise_compiler_error('no') }} cannot be read\n  Write {{raise 'what is wrong'}}",
  ],
  [
    "select {{ cents_to_dollars('x') }}",
    "1:8 {{ cents_to_dollars('x') }} cannot be read\n  No helper is called \"cents_to_dollars\"; a macro of macros/ takes its values by name: {{> cents_to_dollars x='…'}}",
  ],
];

describe('every mistake is told once, at its place, with what to do', () => {
  it.each(cases)('$title', async ({ project: parts, sources, env, says }) => {
    expect(await mistakesIn(parts, sources, env)).toEqual(says);
  });

  it.each(syntax)('a template that cannot be parsed: %s', async (sql, says) => {
    const [first, hint] = says.split('\n');
    const [place, ...message] = first!.split(' ');
    expect(await mistakesIn({ models: [model('x', sql)] })).toEqual([
      `models/gold/x.sql:${place} LK2010 ${message.join(' ')}\n${hint}`,
    ]);
  });

  it('mistakes of all files come in one run, and there is no graph', async () => {
    const parts = inModel("select {{ref 'a'}}", {
      models: [model('y', "select {{var 'b'}}")],
      macros: [macro('m', '{{c')],
    });
    const { graph, diagnostics } = await compileProject(project(parts));
    expect(graph).toBeUndefined();
    expect(diagnostics.map((d) => `${d.at!.file} ${d.code}`)).toEqual([
      'macros/m.hbs LK2010',
      'models/gold/x.sql LK2001',
      'models/gold/y.sql LK2004',
    ]);
  });

  it('what load has told of already is not told again', async () => {
    const broken: Partial<Project> = {
      // A manifest with mistakes, names that do not exist, two of one name: each is LK1xxx.
      broken: ['homicides'],
      datasets: [
        dataset('shootings', [
          field('a', { references: { dataset: 'nothing' } }),
          field('b', { references: { dataset: 'shootings', field: 'c' } }),
        ]),
        dataset('shootings'),
        dataset('lineups', ['id'], {
          source: { forEach: { dataset: 'nothing', at: at('x.yml') }, at: at('x.yml') },
        }),
      ],
      models: [
        model(
          'x',
          "select * from {{ref 'homicides'}} union all from {{ref 'bronze.homicides'}} union all from {{ref 'shootings'}}",
        ),
        model('x', 'select 2 as n'),
        model('homicides', "select * from {{ref 'bronze.homicides'}}", { layer: 'silver' }),
      ],
      unitTests: [
        unitTest('u', 'nothing', at('x.yml')),
        unitTest('v', 'x', at('x.yml'), { given: { nothing: [] } }),
      ],
      exposures: [{ name: 'e', type: 'dashboard', dependsOn: ['nothing'], at: at('x.yml') }],
    };
    expect(await mistakesIn(broken)).toEqual([]);
  });

  it('a mistake that shows in both renderings of is_incremental, and in unit tests, is told once', async () => {
    const parts = inModel("select {{var 'a'}} {{#if (is_incremental)}}where n > {{var 'b'}}{{/if}}", {
      unitTests: [unitTest('u', 'x', at('models/gold/x.yml', 3, 5), { vars: { c: 1 } })],
    });
    const found = await mistakesIn(parts);
    expect(found.map((line) => line.split('\n')[0])).toEqual([
      'models/gold/x.sql:1:14 LK2004 no variable "a"',
      'models/gold/x.sql:1:60 LK2004 no variable "b"',
    ]);
  });
});

describe('selectors', () => {
  it.each([
    ['LK2060', 'shotings', 'no node matches "shotings"', 'Did you mean "shootings"?'],
    ['LK2060', 'tag:polce', 'no node matches "tag:polce"', 'Did you mean "police"?'],
    ['LK2060', 'path:datasets/cty', 'no node matches "path:datasets/cty"', 'Did you mean "datasets/city"?'],
    ['LK2060', '+zzz_*+', 'no node matches "+zzz_*+"', 'Run `lake ls` to see what there is'],
    ['LK2061', 'tags:police', 'no selector method "tags"', 'Did you mean "tag"?'],
    [
      'LK2061',
      'state:modified+',
      'no selector method "state"',
      'Leave it out: `lake build` builds what is new or changed and nothing else; `lake plan` says what that is, and why',
    ],
    ['LK2060', 'city.*', 'no node matches "city.*"', 'A folder is selected by its path: path:datasets/city'],
    [
      'LK2061',
      'fqn:x.city',
      'no selector method "fqn"',
      'A folder is selected by its path: path:models/staging',
    ],
    [
      'LK2060',
      'config.materialized:view',
      'no node matches "config.materialized:view"',
      'Run `lake ls` to see what there is',
    ],
    ['LK2060', 'file:shotings.yml', 'no node matches "file:shotings.yml"', 'Did you mean "shootings.yml"?'],
    [
      'LK2062',
      '+',
      'the selector "+" cannot be read',
      'Write a name, such as shootings, +shootings or tag:police',
    ],
    ['LK2062', '@x+', 'the selector "@x+" cannot be read', '"@" takes no "+": write @x'],
  ])('%s: %s', async (code, text, message, hint) => {
    const graph = await graphOf({ datasets: [dataset('shootings', undefined, { tags: ['police'] })] });
    for (const options of [{ select: [text] }, { exclude: [text] }]) {
      const thrown = (() => {
        try {
          select(graph, options);
        } catch (error) {
          return error;
        }
        return undefined;
      })();
      expect(thrown).toBeInstanceOf(LakeError);
      expect(thrown).toMatchObject({ code, message, hint });
    }
  });
});

it('every code of compile and of data tests has a case above', () => {
  const covered = [...cases.flatMap((c) => c.says), 'LK2010', 'LK2060', 'LK2061', 'LK2062', 'LK2070'].join(
    '\n',
  );
  // LK2045 is the engine's parser's, see run; LK2070 has its case with write-compiled.
  const own = Object.keys(codes).filter((code) => /^LK(2|41)/.test(code) && code !== 'LK2045');
  expect(own.filter((code) => !covered.includes(code))).toEqual([]);
});
