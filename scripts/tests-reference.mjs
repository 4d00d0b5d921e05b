// docs/reference/tests.md, made from the generic tests themselves.
import { expectedOf } from '../dist/quality/generic/arguments.js';

const PACKAGES = [
  ['dbt', "dbt's own, and lake's"],
  ['dbt_utils', 'dbt-utils'],
  ['dbt_expectations', 'dbt-expectations'],
];

/** @param {readonly import('../src/quality/generic/generic-test.js').GenericTest[]} tests */
export function testsReference(tests) {
  const sections = PACKAGES.map(([from, title]) => {
    const own = tests.filter((test) => test.from === from || (from === 'dbt' && test.from === 'lake'));
    return `## ${title}\n\n${own.map(section).join('\n\n')}`;
  });
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

const HEAD = `<!-- Written by \`npm run docs\` from src/quality/generic/. -->
# Tests

A data test is a SELECT whose rows are failures. YAML names it under a column or field, or under the table, as in dbt:

\`\`\`yaml
models:
  - name: orders
    columns:
      - name: order_id
        tests: [not_null, unique]
      - name: amount
        tests:
          - dbt_utils.accepted_range: {min_value: 0, config: {severity: warn}}
    tests:
      - unique_combination_of_columns: {combination_of_columns: [customer_id, ordered_at]}
\`\`\`

Names of dbt_utils and dbt_expectations may be written with the prefix of their package or without it. Arguments may stand
inline or under \`arguments:\`. A file \`tests/generic/<name>.sql\` is a test of your own, and comes before one of lake's that
has its name:

\`\`\`sql
{{arguments 'divisor' remainder=0}}
select * from {{model}} where {{column_name}} % {{divisor}} <> {{remainder}}
\`\`\`

\`{{model}}\` is the table, or its rows for which \`where\` holds; \`{{column_name}}\` is the quoted column. Arguments in quotes must be
given, the others have a default; an argument \`ref('x')\` is a table. \`{{config severity='warn'}}\` says what holds where YAML
says nothing, whatever project.yml says of the folder. A singular test is any SELECT in \`tests/*.sql\` or \`tests/data/*.sql\`.

**Settings** of any test: \`where\`, \`limit\`, \`severity\`, \`warn_if\`, \`error_if\`, \`fail_calc\`, \`store_failures\`, \`tags\`, \`meta\`,
\`enabled\`, beside the arguments or under \`config:\`, then in the file of the test, then for a folder in project.yml
(\`data_tests: {+severity: warn, gold: {+store_failures: true}}\`): the first that says it counts, as in dbt; tags add up. A test
belongs to the group of what it tests, its \`name\` is what dbt's \`alias\` is, and its failing rows have no schema. A test of severity error fails where its number of failures is as
\`error_if\` says, any test warns where it is as \`warn_if\` says; both are \`!= 0\` by default. \`fail_calc\` counts the failures,
\`count(*)\` by default.

**Failing rows**: the first five are shown; the first 1,000 (all with \`store_failures: true\`, none with \`false\`) are kept in
\`target/failures/<target>/<test>.parquet\` (the test's own \`name\`, where it has one) until the test passes again: \`lake query "from failures.<test>"\`.

**One scan.** The tests of one table that look at it alone are asked in one SELECT; a test that has failures is then
asked again for its rows. The result is the same as of each test alone.

Where a column or a bound may be an expression, a plain name is a column and is quoted, everything else is SQL: so is
\`column_name\` of a test at the table, \`unique: {column_name: "(country || '-' || id)"}\`. A column of \`columns:\` is a name.
Numbers in \`values\` are texts for a column of texts, as in dbt, and numbers for every other.

A test of \`severity: warn\` warns in every run until its rows are mended, also where nothing was asked again. A test that cannot
run is an error whatever its severity. A test that reads another table is skipped where that table failed in this run or was never
built: it keeps its own table from nothing, and runs with the next build that finds the other one.
`;

function section(test) {
  const args = Object.entries(test.arguments).map(([name, argument]) => {
    const must = argument.required ? ' **required**' : '';
    return `| \`${name}\`${must} | ${cell(expectedOf(argument))} | ${cell(argument.meaning)} |`;
  });
  const answers =
    test.from === 'lake' || test.name.startsWith(`${test.from}.`)
      ? ''
      : ` dbt's name: \`${test.from}.${test.name}\`.`;
  const on = {
    column: 'A test of a column.',
    table: 'A test of a table.',
    either: 'A test of a table or column.',
  };
  return [
    `### ${test.name}`,
    '',
    `${test.meaning}${test.differs ? ` ${test.differs}` : ''}`,
    '',
    `${on[test.on]}${test.from === 'dbt' ? '' : answers}`,
    ...(args.length > 0 ? ['', '| argument | value | meaning |', '|---|---|---|', ...args] : []),
  ].join('\n');
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
