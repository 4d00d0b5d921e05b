/** Errors that the engine finds in rows, where it cannot say which line of the SQL is to blame: they name the file. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ModelProject, modelProject } from '../dbt/support/models.js';
import { runLake } from '../support/run-lake.js';

let project: ModelProject;
beforeAll(() => {
  project = modelProject({
    raised: "select 1 as a,\n error('boom') as b",
    twice: "{{config materialized='incremental' unique_key='id'}}\nselect 1 as id union all select 1",
    cased: 'select 1 as "a", 2 as "A"',
    dated: "{{config partition_by='h'}}\nselect 1.5 as h, 1 as n",
  });
});
afterAll(() => project.remove());

it('LK5005, LK4051, LK6033, LK6035: the file of the model, in the terminal and in reports', async () => {
  await project.run('twice cased dated raised', { exit: 'any' });
  const built = await project.run('twice cased dated raised', { exit: 'any' });
  const errors = built.nodes.flatMap(({ id, error }) =>
    error ? [[id, error.code, (error.details?.['at'] as { file: string } | undefined)?.file]] : [],
  );
  expect(Object.fromEntries(errors.map(([id, ...rest]) => [id, rest]))).toMatchObject({
    'gold.raised': ['LK5005', 'models/gold/raised.sql'],
    'gold.cased': [expect.stringMatching(/^LK/), 'models/gold/cased.sql'],
  });
  for (const [, , file] of errors) expect(file).toMatch(/^models\/gold\//);
  const { stdout } = await runLake(project.root, ['build', '--select', 'raised', '--reporter', 'github']);
  expect(stdout).toMatch(/models\/gold\/raised\.sql:1:1 LK5005 gold\.raised: boom/);
  expect(stdout).toMatch(/^::error file=models\/gold\/raised\.sql,line=1,/m);
  // Nothing is there to be cast.
  expect(stdout).not.toContain('try_cast');
});

it('LK4051, LK4042, LK4040, LK2021: a column that a setting names and nobody has stands where the setting is written', async () => {
  const keyed = (setting: string) =>
    `-- what it is\n{{config materialized='incremental'\n  ${setting}}}\nselect 1 as id`;
  const other = modelProject(
    {
      in_file: keyed("unique_key='idd'"),
      by_yaml: 'select 1 as id',
      timed: keyed("incremental_strategy='microbatch' event_time='days' batch_size='day' begin='2026-01-01'"),
      expressed: 'select 1 as id',
    },
    {
      'models/gold/gold.yml': `models:
  - name: by_yaml
    config:
      materialized: incremental
      unique_key: idx
`,
      'snapshots/kept.yml': `snapshots:
  - name: kept
    relation: ref('codes')
    config: {unique_key: id, strategy: check, check_cols: [nr]}
`,
      'seeds/codes.csv': 'id,n\n1,2\n',
      'seeds/more.csv': 'id,n\n1,2\n',
      'seeds/seeds.yml': `seeds:
  - name: more
    config:
      column_types: {m: integer}
`,
    },
  );
  try {
    const built = await other.run(undefined, { exit: 'any' });
    const places = built.nodes.flatMap(({ id, error }) => {
      const at = error?.details?.['at'] as { file: string; line: number; col: number } | undefined;
      return at ? [`${id} ${error!.code} ${at.file}:${at.line}:${at.col}`] : [];
    });
    expect(places.sort()).toEqual([
      'gold.by_yaml LK4051 models/gold/gold.yml:5:7',
      'gold.in_file LK4051 models/gold/in_file.sql:3:3',
      'gold.kept LK4042 snapshots/kept.yml:4:47',
      'gold.more LK4040 seeds/seeds.yml:4:7',
      'gold.timed LK4051 models/gold/timed.sql:3:37',
    ]);
    other.write({
      'models/gold/gold.yml':
        'models:\n  - name: expressed\n    config:\n      materialized: incremental\n      unique_key: lower(id)\n',
    });
    const { stderr } = await runLake(other.root, ['compile']);
    expect(stderr).toContain('models/gold/gold.yml:5:7 LK2021 unique_key names columns');
  } finally {
    other.remove();
  }
});

it('LK5004: a mistake in an ephemeral stands in its own file, also where a test of it finds it', async () => {
  const other = modelProject(
    {
      rows: 'select 1 as id',
      e: "{{config materialized='ephemeral'}}\nselect id,\n  nope from {{ref 'rows'}}",
    },
    { 'models/gold/gold.yml': 'models:\n  - {name: e, columns: [{name: id, tests: [not_null]}]}\n' },
  );
  try {
    const { tests } = (await other.run(undefined, { exit: 1 })).node('gold.e');
    expect(tests).toMatchObject([
      { status: 'error', at: { file: 'models/gold/e.sql', line: 3, col: 3 }, hint: 'gold.rows has id' },
    ]);
  } finally {
    other.remove();
  }
});

it('--threads 1 runs one node at a time', async () => {
  const slow = (n: number) => `select count(*) + ${n} as n from range(3000000) t(i) where hash(i) % 7 = ${n}`;
  project.write({ 'models/gold/a.sql': slow(1), 'models/gold/b.sql': slow(2), 'models/gold/c.sql': slow(3) });
  const run = await runLake(project.root, [
    ...['build', '--select', 'a', 'b', 'c', '--threads', '1', '--log-format', 'json'],
  ]);
  const events = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).info.name as string)
    .filter((event) => event === 'node_started' || event === 'node_finished');
  expect(events).toEqual(Array.from({ length: 3 }, () => ['node_started', 'node_finished']).flat());
});

it('show --limit 0 and -1 show all rows', async () => {
  for (const limit of ['0', '-1']) {
    const { stdout } = await runLake(project.root, [
      ...['show', '--inline', 'select * from range(12) t(i)', '--limit', limit, '--output', 'json'],
    ]);
    expect(JSON.parse(stdout)).toHaveLength(12);
  }
});
