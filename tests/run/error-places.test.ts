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
