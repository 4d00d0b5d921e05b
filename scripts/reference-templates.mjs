// docs/reference/templates.md: every helper and macro of the library with what it says of itself, and an example as it compiles.
import { library, libraryGroups } from '../dist/compile/library/index.js';
import { indexNames } from '../dist/compile/names.js';
import { helperGroups } from '../dist/compile/template/helpers/index.js';
import { loadParser, parseTemplate } from '../dist/compile/template/parse.js';
import { render } from '../dist/compile/template/render.js';

export function templatesReference() {
  const sections = (groups) =>
    Object.entries(groups)
      .map(([title, helpers]) => `### ${title}\n\n${helpers.map(entry).join('\n\n')}`)
      .join('\n\n');
  return `${[HEAD, sections(helperGroups), LIBRARY, sections(libraryGroups), DBT].join('\n\n')}\n`;
}

function entry({ name, usage, summary, example }) {
  const printed = compiled(example);
  const result = printed === undefined ? '' : `\n\`\`\`\n\n\`\`\`sql\n${printed}`;
  return `#### ${name}\n\n\`${usage}\`\n\n${summary}\n\n\`\`\`handlebars\n${example}${result}\n\`\`\``;
}

const parse = await loadParser();

/** What the example compiles to in a model, or in a test where only tests have it; undefined where it prints nothing. */
function compiled(example) {
  const refs = [...example.matchAll(/\bref '(\w+)'/g)].map(([, name]) => `gold.${name}`);
  const report = ({ message }) => {
    throw new Error(`${example}: ${message}`);
  };
  const { text } = render(parseTemplate('example.sql', example, parse, report), {
    of: example.startsWith('{{arguments') ? 'test' : 'model',
    self: 'gold.example',
    names: indexNames([], refs),
    vars: {},
    env: {},
    incremental: true,
    target: { name: 'prod' },
    stamp: { id: '20261121T074512Z-3f9c2a', startedAt: '2026-11-21T07:45:12.034Z' },
    columnsOf: () => [
      { name: 'id', type: 'integer', description: '' },
      { name: 'division', type: 'varchar', description: '', values: ['D11', 'D52'] },
    ],
    macros: new Map(),
    library,
    report,
  });
  return text === '' ? undefined : text;
}

const HEAD = `<!-- Written by \`npm run docs\` from the helpers and macros themselves. -->
# Templates

Models, singular tests and macros are [Handlebars](https://handlebarsjs.com/guide/) templates without HTML escaping. They are
compiled without data and without an engine: what a template prints depends on the project's files, variables and target alone.
\`lake compile --inline "select * from {{ref 'x'}}"\` prints what a piece of template becomes, \`lake compile --select x\` what a
model becomes.

| written | is |
|---|---|
| \`{{ref 'x'}}\` | a helper with its arguments; texts stand in quotes |
| \`{{star (ref 'x') except=(list 'a')}}\` | a helper inside of another stands in parentheses; \`key=value\` are named arguments |
| \`{{target.name}}\`, \`{{this}}\`, \`{{@index}}\` | a value: of the target, of the list's item, of the loop |
| \`{{#if x}} … {{else if y}} … {{else}} … {{/if}}\`, \`{{#unless x}}\` | a condition; \`''\`, 0, null, false and the empty list do not hold |
| \`{{#each list}} … {{else}} … {{/each}}\` | once for each item: \`{{this}}\`, \`{{@index}}\` from 0, \`{{@key}}\`, \`@first\`, \`@last\`; \`as \\|item i\\|\` names them. Inside, names are those of the item: \`{{../x}}\` is what \`{{x}}\` was before, an argument of a macro too |
| \`{{#with value as \\|name\\|}} … {{/with}}\` | a name for a value |
| \`{{> cell lat='a'}}\`, \`(cell lat='a')\` | a macro of the project, \`macros/cell.hbs\`; in parentheses its text is an argument |
| \`{{#> around x=1}} … {{/around}}\` | a macro around text, which it prints with \`{{> @partial-block}}\` |
| \`{{#*inline 'row'}} … {{/inline}}\` | a macro for this file, and for the macros that it calls |
| \`{{~x~}}\` | without the blanks and line breaks before and after |
| \`{{!-- … --}}\`, \`\\{{\` | a comment; two braces as they are |

A mistake is told with the file's line: an unknown name, an argument that is missing or of the wrong kind, a tag that is never
closed. A name is never empty by accident; a macro asks for an optional argument with \`{{#if x}}\` or \`{{default x 8}}\`.

## Macros of a project

\`macros/<name>.hbs\` is a piece of template with values by name:

\`\`\`handlebars
h3_latlng_to_cell_string({{lat}}, {{lng}}, {{default res 8}})
\`\`\`

\`macros/*.sql\` holds DuckDB's own macros, any number in a file: \`create macro\` of a value or \`as table\`, with default
parameters, several versions by number of parameters, and calls of other macros. They are there in every model, test and
question, and a changed macro rebuilds the models that call it, directly or through others.

\`\`\`sql
create macro cents(amount, factor := 100) as cast(round(amount * factor) as bigint);
create macro latest(tbl, by) as table select * from query_table(tbl) qualify row_number() over (order by by desc) = 1;
\`\`\`

## Helpers

Each with an example and, below it, what the example compiles to.`;

const LIBRARY = `## Library

Macros that behave like those of dbt-utils, under the same names, with the same arguments: in order, by name, or both. They
are called as helpers, or as partials: \`{{> star from=(ref 'x')}}\`. A macro of the project that has the same name comes first and
gets the arguments by their names. SQL that they print is DuckDB's.`;

const DBT = `## Coming from dbt

| dbt | lake |
|---|---|
| \`{{ ref('x') }}\`, \`{{ ref('x', v=2) }}\` | \`{{ref 'x'}}\`, \`{{ref 'x' v=2}}\` |
| \`{{ source('a', 'x') }}\` | \`{{ref 'x'}}\`: a dataset's silver; \`{{ref 'bronze.x'}}\` as delivered |
| \`{{ this }}\` | \`{{self}}\` |
| \`{{ var('x', 1) }}\`, \`{{ env_var('LAKE_X') }}\` | \`{{var 'x' 1}}\`, \`{{env 'LAKE_X'}}\` |
| \`{{ target.name }}\`, \`{{ run_started_at }}\`, \`{{ invocation_id }}\` | the same; a model that prints its run is built in every run |
| \`{% if is_incremental() %} … {% endif %}\` | \`{{#if (is_incremental)}} … {{/if}}\` |
| \`{% if target.name == 'prod' and x %}\` | \`{{#if (and (eq target.name 'prod') x)}}\` |
| \`{% for x in ['a', 'b'] %} … {% if not loop.last %},{% endif %}{% endfor %}\` | \`{{#each (list 'a' 'b')}} … {{#unless @last}},{{/unless}}{{/each}}\` |
| \`{% set x = … %}\` | \`{{#with … as \\|x\\|}} … {{/with}}\` |
| \`{% macro cents(c) %} … {% endmacro %}\` | \`macros/cents.hbs\`, or \`create macro\` in \`macros/*.sql\` |
| \`{{ cents('x') }}\` | \`{{> cents c='x'}}\` |
| \`{% call wrap() %} … {% endcall %}\`, \`caller()\` | \`{{#> wrap}} … {{/wrap}}\`, \`{{> @partial-block}}\` |
| \`{{ x \\| upper }}\`, \`{{ x \\| replace('a', 'b') }}\`, \`{{ a ~ b }}\` | \`{{upper x}}\`, \`{{replace x 'a' 'b'}}\`, \`{{concat a b}}\` |
| \`{{ dbt_utils.star(ref('x'), except=['a']) }}\` | \`{{star (ref 'x') except=(list 'a')}}\` |
| \`adapter.get_columns_in_relation(ref('x'))\` | \`(columns (ref 'x'))\` for declared columns; \`columns(*)\` in SQL |
| \`run_query\`, \`statement\`, \`get_single_value\`, \`get_query_results_as_dict\` | none: templates see no data. Write the query into the SQL: \`(select max(day) from {{ref 'x'}})\` |
| \`get_relations_by_pattern\`, \`get_relations_by_prefix\` | none: name the relations, so that they are edges |
| \`dateadd\`, \`datediff\`, \`date_trunc\`, \`safe_cast\`, \`hash\`, \`listagg\` | DuckDB's words: \`x + interval 3 day\`, \`date_diff('day', a, b)\`, \`date_trunc('month', x)\`, \`try_cast(x as integer)\`, \`md5(x)\`, \`string_agg(x, ', ')\` |

Where the library differs from dbt-utils, on purpose: \`star\` is DuckDB's \`*\`, so that in a join it needs \`relation_alias\`, after
\`group by\` stands \`all\`, and a misspelt name in \`except\` is an error; \`get_column_values\` knows declared values only; \`date_spine\` gives
dates, not timestamps, from \`day\` upwards; \`width_bucket\` is 0 for every value below the first bucket and its edges are reckoned
from \`min_value\`; \`get_url_parameter\` does not take the end of another parameter's name for its own.`;
