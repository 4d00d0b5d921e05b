/** What `lake retry` and the printed Next bring to a good end once the mistake is mended. */
import { afterEach, describe, expect, it } from 'vitest';
import { modelProject } from '../support/model-project.js';
import { runLake } from '../support/run-lake.js';
import type { Files, TempProject } from '../support/small-city.js';

const projects: TempProject[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

function models(files: Files): TempProject {
  const project = modelProject(files);
  projects.push(project);
  return project;
}

describe('tests that were skipped because what they read failed', () => {
  const CUSTOMERS = 'models/gold/customers.sql';
  const FILES: Files = {
    [CUSTOMERS]: 'select unnest([1, 1]) as id\n',
    'models/gold/orders.sql': 'select 7 as customer_id\n',
    'models/gold/gold.yml': `version: 2
models:
  - {name: customers, columns: [{name: id, tests: [unique]}]}
  - name: orders
    columns:
      - {name: customer_id, tests: [{relationships: {to: ref('customers'), field: id}}]}
`,
  };

  it('are run by a retry, with the nodes that they belong to', async () => {
    const project = models(FILES);
    const first = await runLake(project.root, ['build']);
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toContain('Next: mend what failed, then `lake retry`');
    project.write({ [CUSTOMERS]: 'select unnest([1, 2]) as id\n' });
    const second = await runLake(project.root, ['retry']);
    expect(second.stderr).toContain('gold.customers failed, gold.orders a test skipped');
    expect(second.stdout).toContain('✗ fail relationships(gold.orders.customer_id): 1 row fails');
    expect(second.exitCode).toBe(1);
    expect(second.stdout).toMatch(/Next: [^\n]*lake /);
    project.write({ 'models/gold/orders.sql': 'select 2 as customer_id\n' });
    const third = await runLake(project.root, ['retry']);
    expect(third.exitCode).toBe(0);
    expect(third.stdout).toMatch(/Next: lake query /);
    expect(second.stdout + third.stdout).not.toContain('--target');
    expect((await runLake(project.root, ['retry'])).stderr).toMatch(/^Nothing to retry: all of run/);
  });

  it('are left alone where what they read is no part of the run', async () => {
    const project = models(FILES);
    const { stdout } = await runLake(project.root, ['build', '--select', 'orders']);
    expect(stdout).toContain('gold.customers was never built');
    expect((await runLake(project.root, ['retry'])).stderr).toMatch(/^Nothing to retry: all of run/);
  });
});

describe('a mistake in a view above what failed', () => {
  const BAD = 'models/gold/bad.sql';
  const VIEW = "{{config materialized='view'}}\n";
  const FILES: Files = {
    [BAD]: `${VIEW}select cast('q' as int) as a\n`,
    'models/gold/between.sql': `${VIEW}select a from {{ref 'bad'}}\n`,
    'models/gold/after_bad.sql': "select a from {{ref 'between'}}\n",
  };
  const MENDED = `${VIEW}-- mended\n\nselect 7 as a\n`;

  it('is mended by a retry, which takes the changed view along', async () => {
    const project = models(FILES);
    const first = await runLake(project.root, ['build']);
    expect(first.stdout).toContain('✗ gold.after_bad failed');
    expect(first.stdout).toContain('models/gold/bad.sql:2:');
    expect(first.stdout).toContain('Next: mend what failed, then `lake build --select gold.bad+`');
    project.write({ [BAD]: MENDED });
    const second = await runLake(project.root, ['retry']);
    expect(second.stderr).toContain('With gold.bad, gold.between, for what has changed above these');
    expect(second.exitCode).toBe(0);
    expect(second.stdout).toContain('✓ gold.after_bad');
  });

  it('is told of the view as it was published, not with lines that its file has by now', async () => {
    const project = models(FILES);
    await runLake(project.root, ['build', '-q']);
    project.write({ [BAD]: MENDED });
    const { stdout } = await runLake(project.root, ['build', '--select', 'after_bad']);
    expect(stdout).toContain("Could not convert string 'q' to INT32");
    expect(stdout).toContain(
      'hint: It is in gold.bad as it was published; its SQL has changed since and was not part of this run. Build it again: `lake build --select gold.bad+`',
    );
    expect(stdout).not.toContain('bad.sql:2');
    expect(stdout).toContain(
      'gold.bad has changed and is not selected: read as it is published; lake build --select gold.bad+',
    );
    const asked = await runLake(project.root, ['query', 'from gold.between']);
    expect(asked.stderr).toContain('Build it again: `lake build --select gold.bad`');
    expect(asked.stderr).not.toContain('bad.sql:2');
    expect((await runLake(project.root, ['build', '--select', 'gold.bad+'])).exitCode).toBe(0);
  });

  it('is mended by a retry where it stands in an ephemeral that a view was built with', async () => {
    const project = models({ ...FILES, [BAD]: FILES[BAD]!.replace("'view'", "'ephemeral'") });
    await runLake(project.root, ['build', '-q']);
    project.write({ [BAD]: MENDED.replace("'view'", "'ephemeral'") });
    const { exitCode, stderr } = await runLake(project.root, ['retry']);
    expect(stderr).toContain('With gold.between, for what');
    expect(exitCode).toBe(0);
  });
});

describe('what changed above the selected nodes, and is not selected', () => {
  it('is told by a build, for what is published of it was read', async () => {
    const project = models({
      'models/gold/stg.sql': "{{config materialized='view'}}\nselect 1 as a\n",
      'models/gold/orders.sql': "select a from {{ref 'stg'}}\n",
    });
    await runLake(project.root, ['build', '-q']);
    const before = await runLake(project.root, ['build', '--select', 'orders']);
    expect(before.stdout).not.toContain('not selected');
    project.write({ 'models/gold/stg.sql': "{{config materialized='view'}}\nselect 2 as a\n" });
    const { stdout, exitCode } = await runLake(project.root, ['build', '--select', 'orders']);
    expect(stdout).toContain(
      'gold.stg has changed and is not selected: read as it is published; lake build --select gold.stg+',
    );
    expect(exitCode).toBe(0);
  });
});

it('a table above that cannot be read fails the node that reads it, and a retry says so again', async () => {
  const project = models({
    'models/gold/stg.sql': 'select 1 as a\n',
    'models/gold/orders.sql': "select a from {{ref 'stg'}}\n",
  });
  await runLake(project.root, ['build', '-q']);
  project.write({ 'lake/gold/stg/_delta_log/00000000000000000000.json': 'no log\n' });
  const { stdout, exitCode } = await runLake(project.root, ['build', '--select', 'orders']);
  expect(stdout).toContain('✗ gold.orders failed');
  expect(exitCode).toBe(1);
  const again = await runLake(project.root, ['retry']);
  expect(again.stdout).toContain('✗ gold.orders failed');
});

describe('a node whose inputs were never built', () => {
  it('says which command builds them, and all that they need', async () => {
    const project = models({
      'seeds/raw.csv': 'id\n1\n',
      'models/gold/stg.sql': "select id from {{ref 'raw'}}\n",
      'models/gold/orders.sql': "select id from {{ref 'stg'}}\n",
    });
    const { stdout } = await runLake(project.root, ['build', '--select', 'orders']);
    expect(stdout).toContain('hint: build it first: `lake build --select +gold.stg`');
    expect((await runLake(project.root, ['build', '--select', '+gold.stg'])).exitCode).toBe(0);
    expect((await runLake(project.root, ['build', '--select', 'orders'])).exitCode).toBe(0);
  });
});

describe('a project without any node', () => {
  it.each([['build'], ['run'], ['test'], ['ls']])('`lake %s` says what to put where', async (command) => {
    const { stderr, exitCode } = await runLake(models({}).root, [command]);
    expect(stderr).toContain('LK7006 the project has no models, seeds or datasets yet');
    expect(stderr).toContain('put a SELECT into models/gold/<name>.sql');
    expect(exitCode).not.toBe(0);
  });
});

it('a target that the first run was told is that of the Next of a retry, and of the retry after that', async () => {
  const project = models({
    'models/gold/bad.sql': "select 'x'::integer as n",
    'profiles.yml': `shop:
  target: dev
  outputs:
    dev: {type: duckdb, lake: {type: local, path: lake}}
    other: {type: duckdb, lake: {type: local, path: other}}
`,
  });
  expect((await runLake(project.root, ['build', '--target', 'other'])).exitCode).toBe(1);
  expect((await runLake(project.root, ['retry'])).stdout).toMatch(/Next: .*--target other/);
  project.write({ 'models/gold/bad.sql': 'select 1 as n' });
  expect((await runLake(project.root, ['retry'])).stdout).toMatch(/Next: lake query .*--target other/);
});
