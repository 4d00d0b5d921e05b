/** dbt's adapter tests of ephemeral models: `basic/ephemeral`, `basic/singular_tests_ephemeral` and `ephemeral`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../support/models.js';

const people = Array.from(
  { length: 10 },
  (_, i) => `${i + 1},Name ${i + 1},${i % 2 === 0 ? 'Male' : 'Female'}`,
);
const SEED = { 'seeds/seed.csv': `id,name,gender\n${people.join('\n')}\n` };
const ephemeral = (sql: string) => `{{config materialized='ephemeral'}}\n${sql}\n`;

let project: ModelProject | undefined;
afterEach(() => project?.remove());

test('dbt test_ephemeral (basic): test_ephemeral: a view and a table read the same ephemeral', async () => {
  project = modelProject(
    {
      ephemeral: ephemeral(`select * from {{ref 'seed'}}`),
      view_model: `{{config materialized='view'}}\nselect * from {{ref 'ephemeral'}}\n`,
      table_model: `{{config materialized='table'}}\nselect * from {{ref 'ephemeral'}}\n`,
    },
    SEED,
  );
  const built = await project.run();
  expect(built.statuses).toMatchObject({
    'gold.view_model': 'success',
    'gold.table_model': 'success',
    'gold.ephemeral': 'reused',
  });
  const seed = await project.rows('seed');
  expect(seed).toHaveLength(10);
  expect(await project.rows('view_model')).toEqual(seed);
  expect(await project.rows('table_model')).toEqual(seed);
  expect(existsSync(join(project.root, 'lake/gold/ephemeral'))).toBe(false);
});

test('dbt test_singular_tests_ephemeral: test_singular_tests_ephemeral: one test of an ephemeral passes, one fails', async () => {
  const over = (condition: string) =>
    `with mine as (select id, name from {{ref 'ephemeral'}} where ${condition})\nselect name, id from mine\n`;
  project = modelProject(
    {
      ephemeral: ephemeral(`with base as (select * from {{ref 'seed'}}) select * from base`),
      passing_model: over('id > 1000'),
      failing_model: over('id < 1000'),
    },
    { ...SEED, 'tests/data/passing.sql': over('id > 1000'), 'tests/data/failing.sql': over('id < 1000') },
  );
  // `lake run` is `dbt run`: models without their tests.
  const run = await project.run(undefined, { command: 'run', audit: false });
  expect(run.statuses).toMatchObject({ 'gold.passing_model': 'success', 'gold.failing_model': 'success' });
  const tested = await project.run(undefined, { command: 'test', exit: 1 });
  expect(tested.node('gold.ephemeral').tests.map(({ id, status }) => [id, status])).toEqual([
    ['tests/data/failing.sql', 'fail'],
    ['tests/data/passing.sql', 'pass'],
  ]);
});

test('dbt test_ephemeral: test_ephemeral_multi: ephemerals over ephemerals, read in several ways', async () => {
  project = modelProject(
    {
      base: ephemeral(`select * from {{ref 'seed'}}`),
      base_copy: ephemeral(`select * from {{ref 'base'}}`),
      female_only: ephemeral(`select * from {{ref 'base_copy'}} where gender = 'Female'`),
      dependent: `select * from {{ref 'base'}} where gender = 'Male'
union all select * from {{ref 'base'}} where gender = 'Female'\n`,
      double_dependent: `{{config materialized='view'}}
select * from {{ref 'base'}} where gender = 'Male'
union all select * from {{ref 'base_copy'}} where gender = 'Female'\n`,
      super_dependent: `select * from {{ref 'female_only'}}
union all select * from {{ref 'double_dependent'}} where gender = 'Male'\n`,
    },
    SEED,
  );
  await project.run();
  const seed = await project.rows('seed');
  for (const name of ['dependent', 'double_dependent', 'super_dependent'])
    expect(await project.rows(name)).toEqual(seed);
  // Bound, not pasted in: the view holds each ephemeral once, beside its own SQL.
  const view = JSON.parse(project.read('lake/gold/double_dependent/_view/0.json'));
  expect(Object.keys(view.ephemerals).sort()).toEqual(['gold.base', 'gold.base_copy']);
  expect(view.sql).not.toContain('with');
});

test('dbt test_ephemeral: test_ephemeral_nested: a view over an ephemeral over an ephemeral over a table', async () => {
  project = modelProject({
    source_table: 'select 1 as id union all select null as id\n',
    level_two: ephemeral(`select * from {{ref 'source_table'}}`),
    level_one: ephemeral(`select * from {{ref 'level_two'}}`),
    root_view: `{{config materialized='view'}}\nselect * from {{ref 'level_one'}}\n`,
  });
  await project.run();
  expect(await project.rows('root_view')).toEqual([[1], [null]]);
});

describe('dbt test_ephemeral: test_ephemeral_error_handling', () => {
  let broken: ModelProject;
  beforeAll(() => {
    broken = modelProject(
      {
        base: ephemeral(`select * from {{ref 'seed'}}`),
        base_copy: ephemeral(`{{invalid_helper}}\nselect * from {{ref 'base'}}`),
        dependent: `select * from {{ref 'base_copy'}} where gender = 'Male'\n`,
      },
      SEED,
    );
  });
  afterAll(() => broken.remove());

  test('a mistake in the template of an ephemeral is told before anything runs', async () => {
    await expect(broken.run()).rejects.toThrow(/invalid_helper.*models\/gold\/base_copy\.sql/);
  });

  test('a mistake in its SQL fails what reads it, and names the line of the ephemeral', async () => {
    broken.write({
      'models/gold/base_copy.sql': ephemeral(`select id,\n  gendre as gender\nfrom {{ref 'base'}}`),
    });
    const failed = await broken.run(undefined, { exit: 1 });
    expect(failed.node('gold.dependent').error).toMatchObject({
      code: 'LK5004',
      details: { at: { file: 'models/gold/base_copy.sql', line: 3, col: 3 } },
    });
  });
});
