/** Incremental models: what a run reads and writes, what it leaves alone, and what it refuses. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../../../dbt/support/models.js';

/** Each line: id,day,amount. */
const FIRST = ['1,2026-01-01,10', '2,2026-01-01,20', '3,2026-01-02,30'];
const feed = (...lines: readonly string[]) => ({ 'seeds/feed.csv': `id,day,amount\n${lines.join('\n')}\n` });

const model = (config: string, select = 'id, day, amount') =>
  `{{config materialized='incremental' ${config}}}\nselect ${select} from {{ref 'feed'}}\n`;
const SINCE = `{{#if (is_incremental)}}where id > (select max(id) from {{self}}){{/if}}\n`;

const MODELS = {
  appended: `${model('')}${SINCE}`,
  merged: model(`unique_key='ID'`),
  replaced: model(`unique_key='id' incremental_strategy='delete+insert'`),
  overwritten: model(`incremental_strategy='insert_overwrite' partition_by='day'`),
  child: `select count(*) as n from {{ref 'merged'}}\n`,
};

let built: ModelProject;
let project: ModelProject;
beforeAll(async () => {
  built = modelProject(MODELS, feed(...FIRST));
  await built.run();
  // A second file for each: later changes touch the first or the second.
  built.write(feed(...FIRST, '4,2026-01-03,40'));
  await built.run();
});
beforeEach(() => {
  project = built.copy();
});
afterEach(() => project.remove());
afterAll(() => built.remove());

const ALL = ['gold.appended', 'gold.merged', 'gold.replaced', 'gold.overwritten'];
const files = async (id: string) => (await project.state(id)).files.map(({ path }) => path);

describe('a run with new rows', () => {
  test('adds a file and leaves the others as they are', async () => {
    const before = await Promise.all([files('gold.appended'), files('gold.merged')]);
    expect(before.map((list) => list.length)).toEqual([2, 2]);
    project.write(feed(...FIRST, '4,2026-01-03,40', '5,2026-01-04,50'));
    await project.run();
    const after = await Promise.all([files('gold.appended'), files('gold.merged')]);
    expect(after.map((list) => list.slice(0, 2))).toEqual(before);
    expect(after.map((list) => list.length)).toEqual([3, 3]);
  });

  test('writes only files anew that hold a row that changes', async () => {
    const [old, young] = await files('gold.merged');
    project.write(feed(...FIRST, '4,2026-01-03,44'));
    await project.run('feed merged');
    expect(await files('gold.merged')).toContain(old);
    expect(await files('gold.merged')).not.toContain(young);
    expect(await project.rows('merged')).toHaveLength(4);
    expect((await project.rows('merged')).at(-1)).toEqual([4, '2026-01-03', 44]);
  });

  test('leaves the content hash that a build of the same rows has', async () => {
    project.write(feed('1,2026-01-01,11', ...FIRST.slice(1), '4,2026-01-03,40', '5,2026-01-04,50'));
    await project.run();
    const added = await Promise.all(ALL.slice(1).map((id) => project.state(id)));
    expect(added.map(({ rows }) => rows)).toEqual([5, 5, 5]);
    await project.run(undefined, { fullRefresh: true });
    const anew = await Promise.all(ALL.slice(1).map((id) => project.state(id)));
    expect(anew.map(({ contentHash }) => contentHash)).toEqual(added.map(({ contentHash }) => contentHash));
    // So that a full refresh with equal rows commits no data, and children are reused.
    expect(anew.map(({ dataVersion }) => dataVersion)).toEqual(added.map(({ dataVersion }) => dataVersion));
  });
});

describe('a run that changes nothing', () => {
  test('commits no data, and what reads the table is reused', async () => {
    const before = await Promise.all(ALL.map((id) => project.state(id)));
    project.write({ 'seeds/feed.csv': `id,day,amount\n4,2026-01-03,40\n${FIRST.join('\n')}\n` });
    project.write({ 'models/gold/merged.sql': model(`unique_key='id'`, 'amount, day, id') });
    const again = await project.run();
    expect(again.node('gold.merged')).toMatchObject({
      status: 'unchanged',
      reason: expect.stringContaining('its rows of before stay, --full-refresh builds them anew'),
    });
    expect(again.node('gold.child').status).toBe('reused');
    const after = await Promise.all(ALL.map((id) => project.state(id)));
    expect(after.map(({ dataVersion }) => dataVersion)).toEqual(before.map(({ dataVersion }) => dataVersion));
  });

  test('with no new row at all neither', async () => {
    project.write({
      'models/gold/merged.sql': `${model(`unique_key='id'`)}{{#if (is_incremental)}}where false{{/if}}\n`,
    });
    expect((await project.run('merged')).node('gold.merged')).toMatchObject({ status: 'unchanged', rows: 4 });
  });
});

describe('is_incremental', () => {
  test('is false for --full-refresh, which begins the table anew', async () => {
    project.write(feed('7,2026-02-01,70'));
    await project.run('feed appended', { fullRefresh: true });
    expect(await project.rows('appended', 'id')).toEqual([[7]]);
  });

  test('full_refresh: false keeps the rows of before, whatever the command line says', async () => {
    project.write({ 'models/gold/appended.sql': `${model('full_refresh=false')}${SINCE}` });
    project.write(feed('7,2026-02-01,70'));
    await project.run('feed appended', { fullRefresh: true });
    expect(await project.rows('appended', 'id')).toEqual([[1], [2], [3], [4], [7]]);
  });

  test('is never true for a table or a view', async () => {
    const asks = (materialized: string) =>
      `{{config materialized='${materialized}'}}\nselect {{#if (is_incremental)}}1{{else}}0{{/if}} as n\n`;
    project.write({ 'models/gold/a_table.sql': asks('table'), 'models/gold/a_view.sql': asks('view') });
    await project.run('a_table a_view');
    project.write({ 'models/gold/a_table.sql': `${asks('table')}limit 1\n` });
    await project.run('a_table a_view');
    expect(await project.rows('a_table')).toEqual([[0]]);
    expect(await project.rows('a_view')).toEqual([[0]]);
  });
});

describe('what cannot be taken in leaves the table as it was', () => {
  const fails = async (files: Readonly<Record<string, string>>) => {
    const before = await project.state('gold.merged');
    project.write(files);
    const failed = await project.run('feed merged', { exit: 1 });
    expect((await project.state('gold.merged')).version).toBe(before.version);
    return failed.node('gold.merged').error!;
  };

  test('two new rows of one key', async () => {
    const error = await fails(feed('9,2026-01-01,1', '9,2026-01-02,2'));
    expect(error).toMatchObject({
      code: 'LK4051',
      message: 'gold.merged: 2 new rows have the unique_key ID = 9, and merge can take one',
    });
    expect(error.hint).toContain('delete+insert');
  });

  test('a value that does not fit the type of its column', async () => {
    const error = await fails({
      'models/gold/merged.sql': model(`unique_key='id'`, 'id, day, amount + 0.5 as amount'),
    });
    expect(error).toMatchObject({
      code: 'LK4050',
      message: expect.stringMatching(
        /^gold\.merged: the column amount is BIGINT, and 4 new values \(now DECIMAL\(\d+,\d\)\) would not fit it, such as "/,
      ),
    });
  });

  test('rows with which a test of the whole table fails', async () => {
    const error = await fails({
      ...feed('5,2026-01-01,10'),
      'models/gold/gold.yml': `version: 2
models:
  - {name: merged, columns: [{name: amount, tests: [unique]}]}
`,
    });
    expect(error).toMatchObject({ code: 'LK4012' });
  });

  test('SQL that is wrong in the rendition that adds rows: its own line is named', async () => {
    const error = await fails({
      'models/gold/merged.sql': `${model(`unique_key='id'`)}{{#if (is_incremental)}}
where day > (select max(dya) from {{self}})
{{/if}}\n`,
    });
    expect(error).toMatchObject({
      code: 'LK5004',
      details: { at: { file: 'models/gold/merged.sql', line: 4, col: 25 } },
    });
  });
});

describe('new rows', () => {
  test('fit a narrower column where their values do', async () => {
    project.write({
      'models/gold/merged.sql': model(`unique_key='id'`, 'id, day, amount::hugeint + 1 as amount'),
    });
    await project.run('merged');
    expect((await project.columns('merged')).at(-1)).toBe('amount BIGINT');
    expect(await project.rows('merged', 'amount')).toEqual([[11], [21], [31], [41]]);
  });

  test('widen a column with sync_all_columns', async () => {
    project.write({
      'models/gold/merged.sql': `${model(`unique_key='id' on_schema_change='sync_all_columns'`, 'id, day, amount + 0.5 as amount')}
{{#if (is_incremental)}}where id = 1{{/if}}\n`,
    });
    const built = await project.run('merged');
    expect(built.node('gold.merged').notes?.[0]).toMatch(/^its columns changed: amount: BIGINT → DECIMAL/);
    expect(await project.rows('merged', 'id, amount::double')).toEqual([
      [1, 10.5],
      [2, 20],
      [3, 30],
      [4, 40],
    ]);
  });

  test('may have their columns in another order and case', async () => {
    project.write({ 'models/gold/merged.sql': model(`unique_key='id'`, 'AMOUNT + 1 as Amount, id, day') });
    await project.run('merged');
    expect(await project.columns('merged')).toEqual(['id BIGINT', 'day DATE', 'amount BIGINT']);
    expect((await project.rows('merged'))[0]).toEqual([1, '2026-01-01', 11]);
  });

  test('without a key are added each time, which is told', async () => {
    project.write({
      'models/gold/merged.sql': `${model(`unique_key='id'`)}union all select null, null, 0\n`,
    });
    const once = await project.run('merged');
    expect(once.node('gold.merged').notes).toEqual([
      '1 new row has NULL in ID: NULL equals nothing, so that it is added each time'.replace('ID', 'id'),
    ]);
    project.write({
      'models/gold/merged.sql': `${model(`unique_key='id'`)}union all select null, null, 1\n`,
    });
    await project.run('merged');
    expect(await project.rows('merged')).toHaveLength(6);
  });

  test('of one key are all taken by delete+insert', async () => {
    project.write(feed('4,2026-01-03,1', '4,2026-01-03,2'));
    await project.run('feed replaced');
    expect(await project.rows('replaced', 'id, amount')).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 1],
      [4, 2],
    ]);
  });
});

describe('a table that was a view before', () => {
  test('is built anew', async () => {
    const asView = `{{config materialized='view'}}\nselect 0 as id\n`;
    project.write({ 'models/gold/appended.sql': asView });
    await project.run('appended');
    project.write({ 'models/gold/appended.sql': MODELS.appended });
    const again = await project.run('appended');
    expect(again.node('gold.appended').reason).toContain('it was a view before');
    expect(await project.rows('appended', 'id')).toEqual([[1], [2], [3], [4]]);
    expect((await project.run()).engineStarted).toBe(false);
  });
});
