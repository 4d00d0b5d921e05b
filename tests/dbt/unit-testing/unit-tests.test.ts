/**
 * What dbt's adapter suite and its functional tests ask of unit tests (`unit_testing`), each case under its own name: one project
 * in which every case is a model with its inputs.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProjectError } from '../../../src/index.js';
import type { Built } from '../../run/support/city.js';
import { type ModelProject, modelProject } from '../support/models.js';

/** `select tested_column from <input>` with a unit test that gives a value and expects the same. */
function typed(name: string, sql: string, value: string) {
  return {
    models: {
      [`${name}_input`]: `select ${sql} as tested_column`,
      [name]: `select tested_column from {{ref '${name}_input'}}`,
    },
    yaml: `
  - name: test_${name}
    model: ${name}
    given: [{input: ref('${name}_input'), rows: [{tested_column: ${value}}]}]
    expect: {rows: [{tested_column: ${value}}]}`,
  };
}

const TYPES = [
  typed('type_integer', '1', '1'),
  typed('type_text', "'1'", '1'),
  typed('type_boolean', 'true', 'true'),
  typed('type_date', "date '2020-01-02'", '2020-01-02'),
  typed('type_timestamp', "timestamp '2013-11-03 00:00:00'", '2013-11-03 00:00:00'),
  typed('type_timestamptz', "timestamptz '2013-11-03 00:00:00+00'", '2013-11-03 00:00:00-05'),
  typed('type_numeric', "'1'::numeric", '1'),
  typed('type_json', `'{"bar": "baz"}'::json`, `'{"bar": "baz", "balance": 7.77, "active": false}'`),
  typed('type_list', "['a', 'b']", "'[c, d]'"),
  typed('type_struct', "{'a': 1, 'b': 'x'}", `"{'a': 2, 'b': y}"`),
];

const MODEL_A = "select 1 as a, 1 as id, 2 as not_testing, 'a' as string_a, date '2020-01-02' as date_a";
const MODEL_B = "select 2 as b, 1 as id, 2 as c, 'b' as string_b";
const JOINED = `select a + b as c, concat(string_a, string_b) as string_c, not_testing, date_a,
  '{{type_numeric}}' as macro_call, '{{var 'my_test'}}' as var_call, '{{env 'LAKE_MY_TEST' 'default'}}' as env_var_call,
  '{{invocation_id}}' as invocation_id, twice(2) as sql_macro, '{{> said}}' as partial
from {{ref 'my_model_a'}} as my_model_a
join {{ref 'my_model_b'}} as my_model_b on my_model_a.id = my_model_b.id`;

const UNIT_TESTS = `version: 2
unit_tests:
  - name: test_my_model
    model: my_model
    given:
      - input: ref('my_model_a')
        rows:
          - {id: 1, a: 1}
      - input: ref('my_model_b')
        rows:
          - {id: 1, b: 2}
          - {id: 2, b: 2}
    expect:
      rows:
        - {c: 3}
  - name: test_my_model_empty
    model: my_model
    given:
      - {input: ref('my_model_a'), rows: []}
      - {input: ref('my_model_b'), rows: [{id: 1, b: 2}, {id: 2, b: 2}]}
    expect: {rows: []}
  - name: test_my_model_overrides
    model: my_model
    given:
      - {input: ref('my_model_a'), rows: [{id: 1, a: 1}]}
      - {input: ref('my_model_b'), rows: [{id: 1, b: 2}, {id: 2, b: 2}]}
    overrides:
      macros: {type_numeric: override, invocation_id: 123, twice: 5, said: "something else"}
      vars: {my_test: var_override}
      env_vars: {LAKE_MY_TEST: env_var_override}
    expect:
      rows:
        - {macro_call: override, var_call: var_override, env_var_call: env_var_override, invocation_id: 123, sql_macro: 5, partial: something else}
  - name: test_my_model_string_concat
    model: my_model
    given:
      - {input: ref('my_model_a'), rows: [{id: 1, string_a: a}]}
      - {input: ref('my_model_b'), rows: [{id: 1, string_b: b}]}
    expect:
      rows: [{string_c: ab}]
    config: {tags: test_this}
  - name: test_my_model_datetime
    model: my_model
    given:
      - {input: ref('my_model_a'), rows: [{id: 1, date_a: "2020-01-01"}]}
      - {input: ref('my_model_b'), rows: [{id: 1}]}
    expect: {rows: [{date_a: "2020-01-01"}]}
  - name: test_csv_inline
    model: my_model
    given:
      - input: ref('my_model_a')
        format: csv
        rows: |
          id,string_a
          1,"a, ""quoted"""
          2,
      - input: ref('my_model_b')
        format: csv
        rows: |
          id,string_b
          1, b
          2,c
    expect:
      format: csv
      rows: |
        string_c
        "a, ""quoted""b"
        c
  - name: test_csv_file
    model: my_model
    given:
      - {input: ref('my_model_a'), format: csv, fixture: numeric_a}
      - {input: ref('my_model_b'), format: csv, fixture: b}
    expect: {format: csv, fixture: basic}
  - name: test_csv_file_empty
    model: my_model
    given:
      - {input: ref('my_model_a'), format: csv, fixture: nothing}
      - {input: ref('my_model_b'), format: csv, fixture: b}
    expect: {format: csv, fixture: nothing}
  - name: test_sql
    model: my_model
    given:
      - input: ref('my_model_a')
        format: sql
        rows: |
          select 1 as id, 1 as a, 'x' as string_a, 0 as not_testing, null as date_a
      - {input: ref('my_model_b'), format: sql, fixture: b_as_sql}
    expect:
      format: sql
      rows: select 3 as c, 'xy' as string_c
  - name: incremental_false
    model: my_incremental_model
    overrides: {macros: {is_incremental: false}}
    given:
      - {input: ref('events'), rows: [{event_time: "2020-01-01", event: 1}]}
    expect: {rows: [{event_time: "2020-01-01", event: 1}]}
  - name: incremental_true
    model: my_incremental_model
    overrides: {macros: {is_incremental: true}}
    given:
      - input: ref('events')
        rows:
          - {event_time: "2020-01-01", event: 1}
          - {event_time: "2020-01-02", event: 2}
          - {event_time: "2020-01-03", event: 3}
      - {input: this, rows: [{event_time: "2020-01-01", event: 1}]}
    expect:
      rows:
        - {event_time: "2020-01-02", event: 2}
        - {event_time: "2020-01-03", event: 3}
  - name: explicit_seed
    model: my_new_model
    given:
      - {input: ref('my_favorite_seed'), rows: [{id: 1, a: 10}]}
      - {input: ref('my_favorite_model'), rows: [{id: 1, b: 2}]}
    expect: {rows: [{id: 1, c: 12}]}
  - name: implicit_seed
    model: my_new_model
    given:
      - {input: ref('my_favorite_seed')}
      - {input: ref('my_favorite_model'), rows: [{id: 1, b: 2}]}
    expect: {rows: [{id: 1, c: 7}]}
  - name: case_insensitivity
    model: cased
    given:
      - input: ref('cased_input')
        rows:
          - {tested_column: 1}
          - {TESTED_COLUMN: 2}
          - {tested_colUmn: 3}
    expect:
      rows:
        - {tested_column: 1}
        - {TESTED_COLUMN: 2}
        - {tested_colUmn: 3}
  - name: reserved_word
    model: reserved
    given: [{input: ref('reserved_input'), format: csv, fixture: reserved}]
    expect: {format: csv, fixture: reserved}
  - name: no_truncation
    model: long_text
    given: [{input: ref('long_text_input'), rows: [{tested_column: longer_string_value}]}]
    expect: {rows: [{tested_column: longer_string_value, col_len: 19}]}
  - name: of_a_view_over_an_ephemeral_and_a_snapshot
    model: over_others
    given:
      - {input: ref('passing'), rows: [{id: 7, b: 1}]}
      - {input: ref('remembered'), rows: [{id: 7, a: "8", dbt_valid_to: null}]}
    expect: {rows: [{id: 7, a: 8}]}
  - name: turned_off
    model: my_model
    given: []
    expect: {rows: [{c: 1}]}
    config: {enabled: false}${TYPES.map(({ yaml }) => yaml).join('')}
`;

const MODELS = {
  my_model: JOINED,
  my_model_a: MODEL_A,
  my_model_b: MODEL_B,
  events: `select date '2020-01-01' as event_time, 1 as event union all select date '2020-01-02', 2`,
  my_incremental_model: `{{config materialized='incremental'}}
select * from {{ref 'events'}}
{{#if (is_incremental)}}where event_time > (select max(event_time) from {{self}}){{/if}}`,
  my_new_model: `select s.id, a + b as c from {{ref 'my_favorite_seed'}} as s
join {{ref 'my_favorite_model'}} as m on s.id = m.id`,
  my_favorite_model: 'select 2 as id, 3 as b',
  cased_input: 'select 1 as tested_column',
  cased: "select tested_column from {{ref 'cased_input'}}",
  reserved_input: 'select 1 as "GROUP"',
  reserved: "select * from {{ref 'reserved_input'}}",
  long_text_input: "select cast('short' as varchar(5)) as tested_column",
  long_text: "select tested_column, length(tested_column) as col_len from {{ref 'long_text_input'}}",
  passing: "{{config materialized='ephemeral'}}select * from {{ref 'my_favorite_model'}}",
  over_others: `{{config materialized='view'}}
select id, a from {{ref 'passing'}} join {{ref 'remembered'}} using (id) where dbt_valid_to is null`,
  ...Object.assign({}, ...TYPES.map(({ models }) => models)),
};

const FILES = {
  'models/gold/unit_tests.yml': UNIT_TESTS,
  'project.yml': 'name: shop\nversion: 1\nprofile: city\nvars: {my_test: my_test_var}\n',
  'macros/twice.sql': 'create macro twice(n) as 2 * n;\n',
  'macros/said.hbs': 'something',
  'seeds/my_favorite_seed.csv': 'id,a\n1,5\n2,4\n3,3\n',
  'snapshots/remembered.yml': `snapshots:
  - name: remembered
    relation: ref('my_favorite_seed')
    config: {unique_key: id, strategy: check, check_cols: all}
`,
  'tests/fixtures/numeric_a.csv': 'id,a\n1,1\n',
  'tests/fixtures/b.csv': 'id,b\n1,2\n2,2\n',
  'tests/fixtures/basic.csv': 'c\n3\n',
  'tests/fixtures/nothing.csv': '\n',
  'tests/fixtures/nested/reserved.csv': '\nGROUP\n1\n2\n3\n',
  'tests/fixtures/b_as_sql.sql': "select 1 as id, 2 as b, 'y' as string_b\n",
};

let project: ModelProject;
let built: Built;
beforeAll(async () => {
  project = modelProject(MODELS, FILES);
  built = await project.build();
});
afterAll(() => project.remove());

/** How the unit tests of the build ended, by name. */
function ended(): Readonly<Record<string, string>> {
  const tests = built.nodes.flatMap((node) => node.tests);
  return Object.fromEntries(tests.map(({ id, status }) => [id.replace(/^.*::/, ''), status]));
}

describe('a unit test passes', () => {
  test.each<[string, string]>([
    ['TestUnitTests: given rows in, expected rows out', 'test_my_model'],
    ['TestUnitTests: no rows in, none out', 'test_my_model_empty'],
    [
      'TestUnitTests: with vars, environment, helpers, macros and SQL macros overridden',
      'test_my_model_overrides',
    ],
    ['TestUnitTests: on texts', 'test_my_model_string_concat'],
    ['TestUnitTests: on dates', 'test_my_model_datetime'],
    ['TestUnitTestsWithInlineCSV: an empty value is NULL, quoted ones hold commas', 'test_csv_inline'],
    ['TestUnitTestsWithFileCSV: rows out of tests/fixtures', 'test_csv_file'],
    ['TestUnitTestsWithFileCSV: an empty file has no rows', 'test_csv_file_empty'],
    ['format sql, written and from a file', 'test_sql'],
    ['TestUnitTestIncrementalModel: false is a full build', 'incremental_false'],
    ['TestUnitTestIncrementalModel: true yields the rows to be added', 'incremental_true'],
    ['TestUnitTestExplicitSeed: given rows instead of the seed', 'explicit_seed'],
    ['TestUnitTestImplicitSeed: a seed without rows has its own', 'implicit_seed'],
    ['BaseUnitTestCaseInsensivity: names of columns count without case', 'case_insensitivity'],
    ['BaseUnitTestQuotedReservedWordColumnNames: a column may be named as a word of SQL', 'reserved_word'],
    ['BaseUnitTestingVarcharFixtureNoTruncation: a long text of a fixture stays whole', 'no_truncation'],
    ['of a view that reads an ephemeral and a snapshot', 'of_a_view_over_an_ephemeral_and_a_snapshot'],
    ...TYPES.map(({ models }) => {
      const name = Object.keys(models)[1]!;
      return [`BaseUnitTestingTypes: given and expected values of each type, ${name}`, `test_${name}`] as [
        string,
        string,
      ];
    }),
  ])('%s', (_, name) => {
    expect(ended()[name]).toBe('pass');
  });

  test('and is not there where it is not enabled', () => {
    expect(ended()).not.toHaveProperty('turned_off');
  });

  test('only once: the next build runs none again', async () => {
    const again = await project.build();
    expect(new Set(again.nodes.flatMap((node) => node.tests).map(({ status }) => status))).toEqual(
      new Set(['reused']),
    );
  });
});

test('of a model that was never built runs in lake test, over the columns that the SQL of its inputs yields', async () => {
  const other = modelProject(MODELS, FILES);
  try {
    const run = await other.build({ command: 'test', select: ['reserved', 'over_others'], exit: 'any' });
    expect(run.node('gold.reserved')).toMatchObject({ status: 'reused', tests: [{ status: 'pass' }] });
    expect(run.node('gold.over_others').tests).toMatchObject([{ status: 'pass' }]);
    expect(other.versions()).toEqual({});
  } finally {
    other.remove();
  }
});

describe('a unit test that does not fit', () => {
  /** A copy of the project with other unit tests, tested. */
  async function tested(yaml: string): Promise<Built> {
    const other = project.copy();
    try {
      other.write({ 'models/gold/unit_tests.yml': `unit_tests:\n${yaml}` });
      return await other.build({ command: 'test', exit: 1 });
    } finally {
      other.remove();
    }
  }

  test('BaseUnitTestInvalidInput: given and expected columns that do not exist are named with the ones meant', async () => {
    const run = await tested(`
  - name: given
    model: cased
    given:
      - input: ref('cased_input')
        rows:
          - {invalid_column_name: 1}
    expect: {rows: [{tested_column: 1}]}
  - name: expected
    model: reserved
    given: [{input: ref('reserved_input'), rows: [{group: 1}]}]
    expect:
      rows:
        - {grup: 1}
`);
    expect(run.node('gold.cased').error).toMatchObject({
      code: 'LK2051',
      message:
        'gold.cased_input has no column "invalid_column_name", which the unit test "cased::given" gives',
      hint: 'Its columns are tested_column',
      details: { at: { file: 'models/gold/unit_tests.yml', line: 8, col: 14 } },
    });
    expect(run.node('gold.reserved').error).toMatchObject({
      code: 'LK2051',
      message: 'gold.reserved yields no column "grup", which the unit test "reserved::expected" expects',
      hint: 'Did you mean "GROUP"?',
      details: { at: { line: 15, col: 12 } },
    });
  });

  test('TestUnitTestSourceInput: a failing one shows the cells that differ, beside the others that pass', async () => {
    const run = await tested(`
  - name: passes
    model: cased
    given: [{input: ref('cased_input'), rows: [{tested_column: 1}]}]
    expect: {rows: [{tested_column: 1}]}
  - name: fails
    model: cased
    given: [{input: ref('cased_input'), rows: [{tested_column: 1}, {tested_column: 2}, {tested_column: 3}]}]
    expect: {rows: [{tested_column: 1}, {tested_column: 4}]}
  - name: fails_too
    model: cased
    given: []
    expect: {rows: [{tested_column: 1}]}
`);
    const { error, tests } = run.node('gold.cased');
    expect(tests.map(({ id, status }) => [id, status])).toEqual([
      ['cased::passes', 'pass'],
      ['cased::fails', 'fail'],
      ['cased::fails_too', 'fail'],
    ]);
    expect(error).toMatchObject({ code: 'LK4009', message: 'gold.cased: 2 unit tests failed' });
    expect(error?.details?.['table']).toBe(`cased::fails
expected 2 rows, got 3: - 1 missing, + 2 not expected
   tested_column
-  4
+  2
+  3

cased::fails_too
expected 1 row, got 0: - 1 missing
   tested_column
-  1`);
  });
});

describe('a mistake in the YAML is told with its place', () => {
  async function mistakes(
    yaml: string,
    files: Readonly<Record<string, string>> = {},
  ): Promise<readonly string[]> {
    const other = modelProject(
      { m: "select id, n from {{ref 's'}}" },
      { 'seeds/s.csv': 'id,n\n1,2\n', 'models/gold/u.yml': `unit_tests:\n${yaml}`, ...files },
    );
    try {
      const { loadAndCompile } = await import('../../../src/api/load-and-compile.js');
      await loadAndCompile(other.root, {});
      return [];
    } catch (error) {
      if (!(error instanceof ProjectError)) throw error;
      return error.diagnostics.map(
        ({ code, message, at, hint }) =>
          `${at?.line}:${at?.col} ${code} ${message}${hint ? ` | ${hint}` : ''}`,
      );
    } finally {
      other.remove();
    }
  }
  const one = (given: string, expected = '[]', more = '') =>
    `  - name: u\n    model: m\n    given:\n      - {input: s, ${given}}\n    expect: ${expected}\n${more}`;

  test.each([
    ['an invalid format', one('format: xxxx, rows: []'), /^5:\d+ LK1006 /],
    [
      'CSV with a list of rows',
      one('format: csv, rows: [{id: 1}]'),
      /^5:\d+ LK1004 rows of the format csv are a text/,
    ],
    ['a text without a format', one('rows: "id"'), /^5:\d+ LK1004 rows of the format dict are a list/],
    ['CSV whose rows are longer than its header', one('format: csv, rows: "id\\n1,2"'), /row 1 has 2 values/],
    [
      'TestUnitTestsMissingCSVFile: a fixture that is not there is told with the nearest one',
      one('format: csv, fixture: ron'),
      /LK1008 there is no fixture "ron" \| Did you mean "row"\?/,
    ],
    [
      'TestUnitTestsDuplicateCSVFile: two fixtures of one name are told',
      one('format: csv, fixture: twin'),
      /LK1012 two fixtures are named "twin"/,
    ],
    [
      'rows and a fixture',
      one('format: csv, rows: "id", fixture: row'),
      /LK1030 rows and fixture exclude each other/,
    ],
    [
      'SQL that is no single statement',
      one('format: sql, rows: "select 1; select 2"'),
      /LK2051 the SQL of these rows /,
    ],
    [
      'an override of nothing',
      one('rows: []', '[]', '    overrides: {macros: {is_incremntal: true}}\n'),
      /LK2051 .*overrides "is_incremntal".* \| Did you mean "is_incremental"\?/,
    ],
    [
      'TestUnitTestNonexistentSeed: an input that is not there is told',
      one('rows: []').replace('input: s', 'input: seed'),
      /LK1014 /,
    ],
    [
      'an input twice',
      one('rows: []}\n      - {input: s, rows: []'),
      /LK2051 the unit test "u" gives rows for gold.s twice/,
    ],
    ['the same name twice', one('rows: []') + one('rows: []'), /LK4105 the unit test m::u is declared twice/],
  ])('%s', async (_, yaml, said) => {
    const found = await mistakes(yaml, {
      'tests/fixtures/row.csv': 'id\n1\n',
      'tests/fixtures/a/twin.csv': 'id\n',
      'tests/fixtures/b/twin.csv': 'id\n',
    });
    expect(found.join('\n')).toMatch(said);
    expect(found).toHaveLength(1);
  });
});
