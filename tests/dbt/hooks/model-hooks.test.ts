/** Hooks of models, seeds and snapshots: the cases of dbt's adapter suite `hooks`. What a hook does is seen in the rows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelProject, modelProject } from '../support/models.js';

const PROJECT = `name: shop
version: 1
models:
  +pre-hook: "set variable trail = 'project'"
  gold:
    +pre_hook: ["set variable trail = getvariable('trail') || ', folder'", "set variable trail = getvariable('trail') || ', again'"]
seeds:
  +post-hook: {sql: "select error('the seed is empty') from {{self}} having count(*) = 0", transaction: false}
`;

const failing =
  "{{config post_hook=(list 'select 1' \"select error('too few orders') from {{self}} having count(*) < 2\")}}\n";

describe('hooks', () => {
  let shop: ModelProject;
  beforeAll(async () => {
    shop = modelProject(
      {
        trail: `{{config pre_hook="set variable trail = getvariable('trail') || ', file'"}}\nselect getvariable('trail') as trail`,
        trail_view: `{{config materialized='view'}}\nselect 1 as n`,
        prepared: `{{config pre_hook=(list "create temp table rates as select 2 as rate" "insert into rates from {{ref 'plain'}}")}}
select sum(rate) as total from rates`,
        plain: 'select 40 as n',
        orders: `${failing}select * from (values (1), (2)) as t(id)`,
        grows: `{{config materialized='incremental' unique_key='id' post_hook="select error('a hole') from {{self}} having max(id) <> count(*)"}}
{{#if (is_incremental)}}select max(id) + 1 as id from {{self}}{{else}}select 1 as id{{/if}}`,
      },
      {
        'project.yml': PROJECT,
        'seeds/colors.csv': 'id,name\n1,red\n',
        'models/gold/props.yml': `models:
  - name: trail
    config: {pre_hook: "set variable trail = getvariable('trail') || ', yaml'"}
`,
      },
    );
    await shop.run();
  });
  afterAll(() => shop.remove());

  it('dbt test_pre_and_post_run_hooks: those of project, folder, YAML and file run in this order before the SELECT, in one task with it', async () => {
    expect(await shop.rows('trail')).toEqual([['project, folder, again, yaml, file']]);
  });

  it('what a pre-hook makes is there for the SELECT, and what it refs is an edge', async () => {
    expect(await shop.rows('prepared', 'total::int')).toEqual([[42]]);
    shop.write({ 'models/gold/plain.sql': 'select 41 as n' });
    const run = await shop.run('plain+');
    expect(run.statuses).toMatchObject({ 'gold.plain': 'success', 'gold.prepared': 'success' });
    expect(await shop.rows('prepared', 'total::int')).toEqual([[43]]);
  });

  it('dbt test_pre_post_model_hooks_refed: a post-hook reads the rows that are about to be published; it refuses them, and those of before stay', async () => {
    shop.write({ 'models/gold/orders.sql': `${failing}select 3 as id` });
    const run = await shop.run('orders', { exit: 1 });
    const { error } = run.node('gold.orders');
    expect(error).toMatchObject({
      code: 'LK4060',
      details: { at: { file: 'models/gold/orders.sql', line: 1 } },
    });
    expect(error?.message).toMatch(/^gold\.orders: the post_hook 2 failed: .*too few orders/);
    expect(await shop.rows('orders')).toEqual([[1], [2]]);
  });

  it('of an incremental model it reads the table as it will be', async () => {
    await shop.run('grows');
    shop.write({
      'models/gold/grows.sql': shop.read('models/gold/grows.sql').replace('max(id) + 1', 'max(id) + 5'),
    });
    const run = await shop.run('grows', { exit: 1 });
    expect(run.node('gold.grows').error?.message).toMatch(/the post_hook failed: .*a hole/);
    expect(await shop.rows('grows')).toEqual([[1]]);
  });

  it('dbt test_hooks_on_seeds: hooks run on seeds, too, in the form with transaction as well', async () => {
    shop.write({ 'seeds/colors.csv': 'id,name\n' });
    const run = await shop.run('colors', { exit: 1 });
    expect(run.node('gold.colors').error?.message).toMatch(/the post_hook failed: .*the seed is empty/);
    expect(await shop.rows('colors')).toEqual([[1, 'red']]);
  });

  it('a hook that changed makes its model run again; nothing changed starts no engine', async () => {
    const quiet = await shop.run('trail trail_view prepared');
    expect(quiet.engineStarted).toBe(false);
    shop.write({
      'models/gold/trail.sql': shop.read('models/gold/trail.sql').replace(', file', ', own'),
    });
    await shop.run('trail');
    expect(await shop.rows('trail')).toEqual([['project, folder, again, yaml, own']]);
  });
});

describe('what a hook cannot do', () => {
  const said = async (hook: string): Promise<string> => {
    const shop = modelProject(
      { x: 'select 1 as id' },
      {
        'models/gold/x.yml': `models:\n  - name: x\n    config:\n      post_hook: ${JSON.stringify(hook)}\n`,
      },
    );
    const text = await shop.run().then(
      () => 'built',
      (error: Error) => error.message,
    );
    shop.remove();
    return text;
  };

  it.each([
    ["copy {{self}} to 'x.csv'", 'COPY'],
    ["attach 'x.db'", 'ATTACH'],
    ['install spatial', 'INSTALL'],
    ['set threads = 1', 'SET THREADS'],
    ['create persistent secret s (type s3)', 'CREATE PERSISTENT SECRET'],
    ['vacuum', 'VACUUM'],
  ])('%s', async (hook, words) => {
    expect(await said(hook)).toBe(
      `LK2030 the post_hook of the model "x" cannot be "${words}" (models/gold/x.yml)`,
    );
  });

  it('read a model that is not there: the name is told with the place of the hook', async () => {
    expect(await said("select 1 from {{ref 'nothing'}}")).toBe(
      'LK2001 no dataset or model "nothing" (models/gold/x.yml)',
    );
  });
});
