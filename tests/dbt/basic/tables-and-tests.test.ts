/** dbt's adapter tests `basic`: materializations, data tests, an empty project, snapshots by columns. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../support/models.js';

const row = (id: number, name: string, day = 10 + (id % 10)) => `${id},${name},1981-05-${day}T06:46:51`;
const numbered = (from: number, to: number, mark = '', day?: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => row(from + i, `Name ${from + i}${mark}`, day));
const csv = (rows: readonly string[]) => ({ 'seeds/base.csv': `id,name,some_date\n${rows.join('\n')}\n` });

let project: ModelProject | undefined;
afterEach(() => {
  project?.remove();
  project = undefined;
});

test('dbt test_base (basic/test_base_mat): a view, a table and one whose materialization is a variable say what the seed says', async () => {
  const models = {
    view_model: `{{config materialized='view'}}\nselect * from {{ref 'base'}}\n`,
    table_model: `{{config materialized='table'}}\nselect * from {{ref 'base'}}\n`,
    swappable: `{{config materialized=(var 'materialized_var' 'table')}}\nselect * from {{ref 'base'}}\n`,
  };
  project = modelProject(models, csv(numbered(1, 10)));
  await project.run();
  const seed = await project.rows('base');
  expect(seed).toHaveLength(10);
  for (const name of Object.keys(models)) expect(await project.rows(name)).toEqual(seed);

  // The variable makes a view of the table, and an incremental table of the view.
  expect(existsSync(join(project.root, 'lake/gold/swappable/_view'))).toBe(false);
  for (const materialized of ['view', 'incremental']) {
    project.write({
      'models/gold/swappable.sql': models.swappable.replace("'table'", `'${materialized}'`),
    });
    await project.run('swappable');
    expect(existsSync(join(project.root, 'lake/gold/swappable/_view'))).toBe(true);
    expect(await project.rows('swappable')).toEqual(seed);
  }
});

test('dbt test_singular_tests: one that returns no row passes, one that returns a row fails', async () => {
  project = modelProject(
    { one: 'select 1 as id\n' },
    {
      'tests/passing.sql': `select id from {{ref 'one'}} where 1 = 2\n`,
      'tests/failing.sql': `select id from {{ref 'one'}}\n`,
    },
  );
  await project.run(undefined, { command: 'run' });
  const tested = await project.run(undefined, { command: 'test', exit: 1 });
  const outcomes = tested.nodes.flatMap(({ tests }) => tests.map(({ id, status }) => [id, status]));
  expect(outcomes.sort()).toEqual([
    ['tests/failing.sql', 'fail'],
    ['tests/passing.sql', 'pass'],
  ]);
});

test('dbt test_generic_tests: those of a seed, a view and a table are asked for alone and together', async () => {
  const columns = 'columns: [{name: id, tests: [not_null]}]';
  project = modelProject(
    {
      view_model: `{{config materialized='view'}}\nselect * from {{ref 'base'}}\n`,
      table_model: `select * from {{ref 'base'}}\n`,
    },
    {
      ...csv(numbered(1, 10)),
      'seeds/seeds.yml': `seeds:\n  - {name: base, ${columns}}\n`,
      'models/gold/models.yml': `models:\n  - {name: view_model, ${columns}}\n  - {name: table_model, ${columns}}\n`,
    },
  );
  await project.run('base', { command: 'run' });
  const ofSeed = await project.run('base', { command: 'test' });
  expect(ofSeed.node('gold.base').tests.map(({ status }) => status)).toEqual(['pass']);
  await project.run('view_model table_model', { command: 'run' });
  const all = await project.run(undefined, { command: 'test' });
  const passed = all.nodes.flatMap(({ tests }) => tests.map(({ status }) => status));
  // That of the seed passed for the same rows already.
  expect(passed.sort()).toEqual(['pass', 'pass', 'reused']);
});

test('dbt test_empty: a project without models runs, and does nothing', async () => {
  project = modelProject({});
  const built = await project.run();
  expect(built.nodes).toEqual([]);
  expect(built.engineStarted).toBe(false);
});

describe('dbt test_snapshot_check_cols (basic)', () => {
  let shop: ModelProject;
  const snapshot = (name: string, columns: string) =>
    `  - name: ${name}\n    relation: ref('base')\n    config: {unique_key: id, strategy: check, check_cols: ${columns}}\n`;
  beforeAll(async () => {
    shop = modelProject(
      {},
      {
        ...csv(numbered(1, 10)),
        'snapshots/snapshots.yml': `snapshots:\n${snapshot('all_columns', 'all')}${snapshot('by_name', '[name]')}${snapshot('by_date', '[some_date]')}`,
      },
    );
  });
  afterAll(() => shop.remove());

  const counts = async () => {
    const of = async (name: string) => (await shop.rows(name, 'dbt_scd_id')).length;
    return { all: await of('all_columns'), name: await of('by_name'), date: await of('by_date') };
  };

  test('test_snapshot_check_cols: a row is recorded anew where one of its own columns changed', async () => {
    await shop.run();
    expect(await counts()).toEqual({ all: 10, name: 10, date: 10 });
    shop.write(csv(numbered(1, 20)));
    await shop.run();
    expect(await counts()).toEqual({ all: 20, name: 20, date: 20 });
    shop.write(csv([...numbered(1, 10), ...numbered(11, 20, '', 30)]));
    await shop.run();
    expect(await counts()).toEqual({ all: 30, name: 20, date: 30 });
    shop.write(csv([...numbered(1, 10, '_updated'), ...numbered(11, 20, '', 30)]));
    await shop.run();
    expect(await counts()).toEqual({ all: 40, name: 30, date: 30 });
  });
});
