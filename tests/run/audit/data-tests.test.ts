/** Data tests through whole builds: their settings, the project's own tests, what is kept of failing rows. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadAndCompile } from '../../../src/api/load-and-compile.js';
import { runLake } from '../../support/run-lake.js';
import { type Files, type TempProject, tempProject } from '../../support/small-city.js';
import { type BuildFlags, buildProject } from '../support/city.js';

const ORDERS = `select * from (values
  (1, 'ann', 5.0, 'new'), (2, 'bob', -1.0, 'paid'), (3, 'bob', 20.0, 'lost'), (4, null, null, 'lost')
) as t(id, person, amount, status)`;

const PROJECT: Files = {
  'project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, lake: {type: local, path: lake}}}}\n',
  'models/gold/orders.sql': ORDERS,
  'models/gold/people.sql': "select * from (values ('ann'), ('bob')) as t(person)",
};

let project: TempProject;
afterEach(() => project.remove());

/** `tests` of the model, `columns` as YAML. */
function shop(properties: string, more: Files = {}): TempProject {
  project = tempProject({
    ...PROJECT,
    'models/gold/orders.yml': `version: 2\nmodels:\n  - name: orders\n${properties.replace(/^/gm, '    ')}\n`,
    ...more,
  });
  return project;
}

async function outcomes(flags: BuildFlags = {}) {
  const built = await buildProject(project.root, { exit: 'any', ...flags });
  const tests = built.nodes.flatMap((node) => node.tests);
  return {
    built,
    tests,
    said: Object.fromEntries(tests.map(({ id, status, failures }) => [id, `${status} ${failures}`])),
  };
}

const kept = () => {
  const folder = join(project.root, 'target/failures/dev');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

const query = async (sql: string): Promise<unknown> => {
  const { stdout, stderr } = await runLake(project.root, ['query', sql, '--output', 'json']);
  return stdout === '' ? stderr : JSON.parse(stdout);
};

describe('the settings of a test', () => {
  it('say what counts, how it is counted, and what it means', async () => {
    shop(`
columns:
  - name: person
    data_tests:
      - not_null: {config: {severity: warn}}
      - unique: {config: {warn_if: '> 0', error_if: '> 5'}}
  - name: status
    data_tests:
      - accepted_values: {name: many, values: [new, paid], config: {fail_calc: 'sum(_rows)', error_if: '> 1'}}
      - accepted_values: {name: limited, values: [nothing], limit: 1}
      - accepted_values: {name: chosen, arguments: {values: [new, paid]}, config: {where: id < 3}}
      - accepted_values: {name: absent, values: [x], config: {enabled: false}}
      - name: named
        test_name: accepted_values
        values: [new, paid, lost]
      - not_null: {name: contrary, config: {error_if: '< 1', warn_if: '< 0'}}`);
    expect((await outcomes()).said).toEqual({
      'not_null(gold.orders.person)': 'warn 1',
      'unique(gold.orders.person)': 'warn 1',
      'many(gold.orders.status)': 'fail 2',
      'limited(gold.orders.status)': 'fail 1',
      'chosen(gold.orders.status)': 'pass 0',
      'named(gold.orders.status)': 'pass 0',
      'contrary(gold.orders.status)': 'fail 0',
    });
  });

  it('of a folder hold below what a test says itself, and reach singular tests', async () => {
    shop('columns:\n  - name: person\n    tests: [not_null, {unique: {severity: error}}]', {
      'project.yml':
        'name: shop\nprofile: shop\ndata_tests:\n  +severity: warn\n  shop: {gold: {+tags: [marts]}}\n  data: {+enabled: false}\n',
      'tests/no_negative_amount.sql': "select * from {{ref 'orders'}} where amount < 0",
      'tests/data/switched_off.sql': "select * from {{ref 'orders'}}",
    });
    expect((await outcomes()).said).toEqual({
      'not_null(gold.orders.person)': 'warn 1',
      'unique(gold.orders.person)': 'fail 1',
      'tests/no_negative_amount.sql': 'warn 1',
    });
  });

  it('stand in the file of a singular test, too', async () => {
    shop('description: Orders.', {
      'tests/data/amounts.sql':
        "{{config severity='error' warn_if='>= 1' error_if='> 2' tags=(list 'money')}}\nselect * from {{ref 'orders'}} where amount < 10",
    });
    expect((await outcomes()).said).toEqual({ 'tests/data/amounts.sql': 'warn 2' });
    const again = await runLake(project.root, ['test', '--select', 'tag:money']);
    expect(again.exitCode).toBe(0);
  });
});

describe('settings that dbt has for a test and lake has not', () => {
  it('are refused with what lake does instead, wherever they stand', async () => {
    shop(
      `
columns:
  - name: person
    tests:
      - not_null: {schema: audit}
      - unique: {config: {alias: people_once}}
      - few: {group: sales}
      - few: {name: once_more}`,
      {
        'project.yml': 'name: shop\nprofile: shop\ndata_tests: {+database: other}\n',
        'tests/generic/few.sql':
          "{{config sql_header='create macro f() as 1'}}\nselect * from {{model}} where {{column_name}} is null\n",
      },
    );
    const { stderr, exitCode } = await runLake(project.root, ['compile']);
    expect(exitCode).toBe(2);
    const told = stderr.split('\n\n').map((text) => {
      const lines = text.split('\n');
      return [lines[0], lines.find((line) => line.includes('hint:'))?.trim()];
    });
    const kept = expect.stringContaining('kept in files under target/failures/');
    expect(told).toEqual([
      ['models/gold/orders.yml:8:24 LK4102 not_null has no argument "schema"', kept],
      [
        'models/gold/orders.yml:9:31 LK1003 unknown key "alias"',
        expect.stringContaining('Write name beside the arguments'),
      ],
      [
        'models/gold/orders.yml:10:19 LK4102 few has no argument "group"',
        expect.stringContaining('belongs to the group of what it tests'),
      ],
      ['project.yml:3:14 LK1003 unknown key "+database"', kept],
      [
        'tests/generic/few.sql:1:10 LK2020 a test has no configuration "sql_header"',
        expect.stringContaining('macros/*.sql'),
      ],
      [expect.stringMatching(/^LK1000 5 mistakes/), undefined],
    ]);
  });
});

describe('a column of another table that a test names and that is not there', () => {
  it.each(['table', 'view'])('is told by its name, and the one that was meant (%s)', async (materialized) => {
    shop("columns:\n  - {name: person, tests: [{relationships: {to: ref('people'), field: persn}}]}", {
      'models/gold/people.sql': `{{config materialized='${materialized}'}}\n${PROJECT['models/gold/people.sql']}`,
    });
    const { tests } = await outcomes();
    expect(tests).toMatchObject([
      { status: 'error', message: 'gold.people has no column "persn"', hint: 'Did you mean "person"?' },
    ]);
  });
});

describe('tests of the project’s own', () => {
  const LEAST = `{{arguments 'least' unit='euros' except=(list)}}
{{config severity='warn'}}
select *, '{{unit}}' as unit
from {{model}} as m
where {{column_name}} < {{least}}{{#each except}} and status <> '{{this}}'{{/each}}
`;

  it('take arguments with defaults, over the rows that where chooses', async () => {
    shop(
      `
columns:
  - name: amount
    tests:
      - at_least: {least: 6}
      - at_least: {name: dear, least: 6, severity: error, config: {where: id = 1}}
      - at_least: {name: excused, arguments: {least: 6, except: [new], unit: dollars}}`,
      { 'tests/generic/at_least.sql': LEAST },
    );
    const { said, tests } = await outcomes();
    expect(said).toEqual({
      'at_least(gold.orders.amount)': 'warn 2',
      'dear(gold.orders.amount)': 'fail 1',
      'excused(gold.orders.amount)': 'warn 1',
    });
    expect(tests.map(({ sample }) => sample?.rows[0]?.at(-1))).toEqual(['euros', 'euros', 'dollars']);
  });

  it('have settings that beat those of the folder and yield to those in YAML, as in dbt', async () => {
    shop(
      `
columns:
  - name: amount
    tests:
      - at_least: {least: 6}
      - at_least: {name: strict, least: 6, severity: error, limit: 1}
      - not_null
      - few`,
      {
        'project.yml': `name: shop
profile: shop
data_tests: {+severity: error, +limit: 2, +where: "status <> 'lost'", +enabled: false, +tags: [all], gold: {+tags: [marts]}}
`,
        'tests/generic/at_least.sql': LEAST.replace(
          "severity='warn'",
          "severity='warn' enabled=true where='true' tags='own'",
        ),
        'tests/generic/few.sql': 'select * from {{model}} where {{column_name}} is null\n',
      },
    );
    const { said } = await outcomes();
    expect(said).toEqual({
      'at_least(gold.orders.amount)': 'warn 2',
      'strict(gold.orders.amount)': 'fail 1',
    });
    const { tests } = (await loadAndCompile(project.root)).graph;
    expect(tests.find(({ id }) => id === 'at_least(gold.orders.amount)')).toMatchObject({
      tags: ['all', 'marts', 'own'],
      limit: 2,
    });
  });

  it('come before those of lake, and may name other tables', async () => {
    shop(
      "columns:\n  - name: person\n    tests: [not_null, {known_in: {to: ref('people'), field: person}}]",
      {
        'tests/generic/not_null.sql': "select * from {{model}} where {{column_name}} = 'ann'",
        'tests/generic/known_in.sql':
          'select * from {{model}} where {{column_name}} not in (select {{field}} from {{to}})',
      },
    );
    const { said, built } = await outcomes();
    expect(said).toEqual({
      'not_null(gold.orders.person)': 'fail 1',
      'known_in(gold.orders.person)': 'pass 0',
    });
    expect(built.statuses['gold.people']).toBe('success');
  });

  it('are found wrong before anything runs, at the place in their file or in YAML', async () => {
    shop(
      'columns:\n  - name: amount\n    tests:\n      - at_least: {leest: 6}\n      - broken\ntests: [at_least: {least: 1}]',
      { 'tests/generic/at_least.sql': LEAST, 'tests/generic/broken.sql': 'select *\nfrom {{modell}}' },
    );
    const { exitCode, stderr } = await runLake(project.root, ['ls']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('at_least has no argument "leest"');
    expect(stderr).toContain('Did you mean "least"?');
    expect(stderr).toContain('broken needs modell');
    expect(stderr).toContain('at_least tests a column');
  });

  it('name their own file and line where the engine finds a mistake', async () => {
    shop('tests: [broken]\ncolumns: [{name: id, tests: [not_null]}]', {
      'tests/generic/broken.sql': 'select *\nfrom {{model}}\nwhere amonut > 1',
    });
    const { tests, built } = await outcomes();
    expect(built.exitCode).toBe(1);
    expect(tests).toMatchObject([
      { id: 'not_null(gold.orders.id)', status: 'pass' },
      { status: 'error', at: { file: 'tests/generic/broken.sql', line: 3, col: 7 } },
    ]);
    expect(tests[1]?.message).toContain('amonut');
  });
});

describe('a test of a column that is not there', () => {
  it('is an error of its own at its line in YAML, and the others have their results', async () => {
    shop(
      'columns:\n  - {name: id, tests: [unique]}\n  - {name: amonut, tests: [not_null]}\n  - {name: person, tests: [unique]}',
    );
    const { tests, said } = await outcomes();
    expect(said).toEqual({
      'unique(gold.orders.id)': 'pass 0',
      'not_null(gold.orders.amonut)': 'error 0',
      'unique(gold.orders.person)': 'fail 1',
    });
    expect(tests[1]).toMatchObject({ at: { file: 'models/gold/orders.yml', line: 6 } });
  });
});

describe('failing rows', () => {
  const tested = (settings: string) =>
    `columns:\n  - name: person\n    tests: [{unique: ${settings}}]\n  - {name: status, tests: [not_null]}`;

  it('are kept in a file that can be asked, until the test passes again', async () => {
    shop(tested('{}'));
    const { tests } = await outcomes();
    expect(tests[0]).toMatchObject({
      sample: { columns: ['person', '_rows'], rows: [['bob', 2]] },
      kept: {
        name: 'unique_gold_orders_person',
        path: 'target/failures/dev/unique_gold_orders_person.parquet',
        rows: 1,
        all: true,
      },
    });
    expect(kept()).toEqual(['unique_gold_orders_person.parquet']);
    expect(await query('from failures.unique_gold_orders_person')).toEqual([{ person: 'bob', _rows: 2 }]);

    project.write({ 'models/gold/orders.sql': ORDERS.replace("(3, 'bob'", "(3, 'cid'") });
    expect((await outcomes()).said['unique(gold.orders.person)']).toBe('pass 0');
    expect(kept()).toEqual([]);
  });

  it('are all kept with store_failures, else the first thousand, and none with false', async () => {
    const many = { 'models/gold/orders.sql': 'select i as id, null as person from range(2500) as t(i)' };
    const tests = (settings: string) => `columns:\n  - name: person\n    tests: [{not_null: ${settings}}]`;
    shop(tests('{severity: warn}'), many);
    expect((await outcomes()).tests[0]?.kept).toMatchObject({ rows: 1000, all: false });
    shop(tests('{severity: warn, store_failures: true}'), many);
    expect((await outcomes()).tests[0]?.kept).toMatchObject({ rows: 2500, all: true });
    shop(tests('{severity: warn, config: {store_failures_as: ephemeral}}'), many);
    const {
      tests: [none],
    } = await outcomes();
    expect(none).toMatchObject({ status: 'warn', failures: 2500, sample: { columns: ['id', 'person'] } });
    expect(none?.kept).toBeUndefined();
    expect(kept()).toEqual([]);
  });

  it('of tests that are gone are removed', async () => {
    shop(tested('{}'));
    await outcomes();
    shop(tested('{name: other}')).write({});
    const before = kept();
    expect(before).toEqual([]);
    await outcomes();
    expect(kept()).toEqual(['other.parquet']);
    project.write({
      'models/gold/orders.yml': readFileSync(join(project.root, 'models/gold/orders.yml'), 'utf8').replace(
        'other',
        'third',
      ),
    });
    await outcomes();
    expect(kept()).toEqual(['third.parquet']);
  });
});

describe('lake test --select', () => {
  const properties = `
columns:
  - name: person
    tags: [nightly]
    tests: [not_null, {unique: {tags: [keys], severity: warn}}]
  - {name: status, tests: [not_null]}`;
  const ran = async (...args: string[]) => {
    const { stdout, exitCode } = await runLake(project.root, ['test', ...args, '--log-format', 'json']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const nodes = lines.filter(({ info }) => info.name === 'node_finished').map(({ data }) => data);
    return { exitCode, tests: nodes.flatMap((node) => node.tests.map((test: { id: string }) => test.id)) };
  };

  it('runs tests by their tag, name and type, and no others', async () => {
    shop(properties, { 'tests/none.sql': "select * from {{ref 'people'}} where person = 'x'" });
    await buildProject(project.root, { command: 'run' });
    expect((await ran('--select', 'tag:keys')).tests).toEqual(['unique(gold.orders.person)']);
    expect((await ran('--select', 'tag:nightly')).tests).toEqual([
      'not_null(gold.orders.person)',
      'unique(gold.orders.person)',
    ]);
    expect((await ran('--select', 'test_name:not_null', '--exclude', 'tag:nightly')).tests).toEqual([
      'not_null(gold.orders.status)',
    ]);
    expect((await ran('--select', 'test_type:singular')).tests).toEqual(['tests/none.sql']);
    const { exitCode, tests } = await ran('--select', 'gold.orders', '--exclude', 'test_name:not_null');
    expect({ exitCode, tests }).toEqual({ exitCode: 0, tests: ['unique(gold.orders.person)'] });
  });
});

describe('a warning', () => {
  it('is told in every run until its rows are mended, with no SQL asked again', async () => {
    shop('columns: [{name: person, tests: [{unique: {name: one_order, severity: warn}}]}]');
    const [first] = (await outcomes()).tests;
    expect(first).toMatchObject({ status: 'warn', failures: 1, sample: { rows: [['bob', 2]] } });
    for (const command of ['build', 'test'] as const) {
      const { built, tests } = await outcomes({ command });
      expect(built.engineStarted).toBe(false);
      expect(built.exitCode).toBe(0);
      expect(tests).toMatchObject([
        { status: 'warn', failures: 1, stillHolds: true, kept: { name: 'one_order', rows: 1, all: true } },
      ]);
    }
    const told = await runLake(project.root, [
      'test',
      '--reporter',
      'junit=ci/junit.xml',
      'sarif=ci/out.sarif',
      'github',
    ]);
    expect(told.exitCode).toBe(0);
    expect(told.stdout).toContain('! warn one_order(gold.orders.person): 1 row fails as before');
    expect(told.stdout).toContain('Done: 1 test · 1 warns as before · 1 warning');
    expect(told.stdout).toMatch(/^::warning file=models\/gold\/orders\.yml,/m);
    expect(readFileSync(join(project.root, 'ci/junit.xml'), 'utf8')).toContain('1 row fails</system-out>');
    expect(JSON.parse(readFileSync(join(project.root, 'ci/out.sarif'), 'utf8')).runs[0].results).toHaveLength(
      1,
    );
    project.write({
      'models/gold/orders.sql': "select 1 as id, 'ann' as person, 1 as amount, 'new' as status",
    });
    expect((await outcomes()).said).toEqual({ 'one_order(gold.orders.person)': 'pass 0' });
  });

  it('shows its first failing rows in the terminal', async () => {
    shop('columns: [{name: person, tests: [{unique: {severity: warn}}]}]');
    const { stdout } = await runLake(project.root, ['build']);
    expect(stdout).toMatch(/person +_rows\n +bob +2\n/);
  });
});

describe('a test that cannot run', () => {
  it('is an error whatever its severity, and blocks its table', async () => {
    shop('columns: [{name: persn, tests: [{not_null: {severity: warn}}]}]');
    const { built, tests } = await outcomes();
    expect(tests).toMatchObject([{ status: 'error' }]);
    expect(built.exitCode).toBe(1);
    expect(built.node('gold.orders').error).toMatchObject({ message: 'gold.orders: a test cannot run' });
    expect(built.node('gold.orders').version).toBeUndefined();
    const { stdout } = await runLake(project.root, ['build']);
    expect(stdout).toMatch(/Failed: .*1 test \(1 cannot run\)/);
  });
});

describe('a test that reads another table', () => {
  const unbuilt = "tests:\n  - relationships: {column_name: person, to: ref('people'), field: person}";
  const failing = {
    'models/gold/people.sql': "select * from (values ('ann'), ('ann'), ('bob')) as t(person)",
    'models/gold/people.yml': 'models: [{name: people, columns: [{name: person, tests: [unique]}]}]',
  };

  it('is skipped where that one failed: its own is published, and the test runs with the next build', async () => {
    shop(unbuilt, failing);
    const first = await outcomes();
    expect(first.built.statuses).toEqual({ 'gold.people': 'error', 'gold.orders': 'success' });
    const skipped = { status: 'skipped', message: 'gold.people failed', failures: 0 };
    expect(first.built.node('gold.orders').tests).toMatchObject([skipped]);
    project.write({ 'models/gold/people.sql': "select 'ann' as person" });
    const next = await outcomes();
    expect(next.built.node('gold.orders').tests).toMatchObject([{ status: 'fail', failures: 1 }]);
  });

  it('is skipped where that one was never built, and reports say so', async () => {
    shop(unbuilt);
    const { stdout, exitCode } = await runLake(project.root, [
      ...['build', '--select', 'orders', '--reporter', 'junit=ci/junit.xml'],
    ]);
    expect(stdout).toContain('- skipped relationships(gold.orders.person): gold.people was never built');
    expect(stdout).toMatch(/Done: 1 built · 1 test \(1 skipped\)/);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(project.root, 'ci/junit.xml'), 'utf8')).toMatch(/<testsuites [^>]*skipped="1"/);
    expect((await outcomes({ command: 'test', select: ['orders'] })).tests.map((t) => t.status)).toEqual([
      'skipped',
    ]);
  });

  it('in lake test of what is published a failing neighbour hides nothing', async () => {
    shop(unbuilt, failing);
    await outcomes({ command: 'run' });
    const { said } = await outcomes({ command: 'test' });
    expect(said).toEqual({
      'unique(gold.people.person)': 'fail 1',
      'relationships(gold.orders.person)': 'pass 0',
    });
  });
});

describe('a view whose test fails', () => {
  it('is told as what it is: it shows the newest rows of what it reads', async () => {
    shop('columns: [{name: person, tests: [unique]}]', {
      'models/gold/orders.sql': "{{config materialized='view'}}\nselect person from {{ref 'people'}}",
    });
    await outcomes();
    project.write({ 'models/gold/people.sql': "select * from (values ('ann'), ('ann')) as t(person)" });
    const { built } = await outcomes();
    expect(built.node('gold.orders').error?.hint).toMatch(
      /a view shows the newest rows of what it reads, so those that fail, too/,
    );
    expect(await query('select count(*) as n from gold.orders')).toEqual([{ n: 2 }]);
  });

  it('for the first time is not there', async () => {
    shop('columns: [{name: status, tests: [unique]}]', {
      'models/gold/orders.sql': `{{config materialized='view'}}\n${ORDERS}`,
    });
    const { built } = await outcomes();
    expect(built.node('gold.orders').error?.hint).toBe('the view was not published');
  });
});

describe('the name that YAML gives a test', () => {
  it('selects it, and its failing rows are asked by it', async () => {
    shop(`
columns:
  - name: person
    tests: [{unique: {name: one_order}}, {not_null: {name: somebody}}, not_null]`);
    await outcomes({ command: 'run' });
    for (const word of ['one_order', 'test_name:one_order'])
      expect(
        (await runLake(project.root, ['ls', '--resource-type', 'test', '--select', word])).stdout,
      ).toContain('"node":"one_order(gold.orders.person)"');
    const run = await runLake(project.root, ['test', '--select', 'one_order']);
    expect(run.stdout).toMatch(/1 test · 1 run \(1 failed\)/);
    expect(await query('from failures.one_order')).toEqual([{ person: 'bob', _rows: 2 }]);
  });
});

describe('column_name', () => {
  it('may be an expression, as in dbt; one that cannot be read is told before anything runs', async () => {
    shop(`
tests:
  - unique: {column_name: "(person || '-' || id)"}
  - not_null: {column_name: "coalesce(person, status)"}
  - accepted_values: {column_name: upper(person), values: [ANN]}`);
    expect((await outcomes()).said).toEqual({
      "unique(gold.orders.(person || '-' || id))": 'pass 0',
      'not_null(gold.orders.coalesce(person, status))': 'pass 0',
      'accepted_values(gold.orders.upper(person))': 'fail 1',
    });
    project.remove();
    shop('tests:\n  - unique: {column_name: "(person ||"}');
    await expect(loadAndCompile(project.root, {})).rejects.toMatchObject({
      diagnostics: [{ at: { file: 'models/gold/orders.yml', line: 5 } }],
    });
  });
});
