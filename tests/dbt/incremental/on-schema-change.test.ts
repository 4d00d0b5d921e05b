/** dbt's adapter tests of `on_schema_change`: a second run yields other columns than the first. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../support/models.js';

const SOURCE = `select * from (values
  (1, 'aaa', 'bbb', 111, 'TTT'), (2, 'ccc', 'ddd', 222, 'UUU'), (3, 'eee', 'fff', 333, 'VVV'),
  (4, 'ggg', 'hhh', 444, 'WWW'), (5, 'iii', 'jjj', 555, 'XXX'), (6, 'kkk', 'lll', 666, 'YYY')
) t(id, field1, field2, field3, field4)
`;

/** First some columns of three rows, then others of all rows that are not there yet. */
const model = (onSchemaChange: string, first: string, later: string) => `
{{config materialized='incremental' unique_key='id' on_schema_change='${onSchemaChange}'}}
{{#if (is_incremental)}}
select ${later} from {{ref 'model_a'}} where id not in (select id from {{self}})
{{else}}
select ${first} from {{ref 'model_a'}} where id <= 3
{{/if}}
`;

const F3 = 'field3::varchar as field3';
const MODELS = {
  model_a: SOURCE,
  ignores: model('ignore', 'id, field1, field2', 'id, field1, field2, field3, field4'),
  appends: model('append_new_columns', 'id, field1, field2', `id, field1, field2, ${F3}, field4`),
  appends_one_gone: model('append_new_columns', 'id, field1, field2', `id, field1, ${F3}, field4`),
  syncs: model('sync_all_columns', 'id, field1, field2', `id, field1, ${F3}, field4`),
  sync_removes: model('sync_all_columns', 'id, field1, field2', 'id, field1'),
  fails: `{{config materialized='incremental' unique_key='id' on_schema_change='fail'}}
select {{#if (is_incremental)}}id, field1, field2{{else}}id, field1, field3{{/if}} from {{ref 'model_a'}}\n`,
  special_appends: model(
    'append_new_columns',
    'id, field1 as "field with space", field2 as "select"',
    `id, field1 as "field with space", field2 as "select", ${F3}, field4 as "field.with.dots"`,
  ),
};

let project: ModelProject;
beforeAll(async () => {
  project = modelProject(MODELS);
  await project.run();
  // Another definition of its input, with the same rows and one more column: everything that reads it runs again.
  project.write({
    'models/gold/model_a.sql': SOURCE.replace('select *', 'select *, 0 as more'),
  });
  await project.run(undefined, { exit: 1 });
});
afterAll(() => project.remove());

const all = (pick: (row: readonly [number, string, string, string, string]) => unknown[]) =>
  (
    [
      [1, 'aaa', 'bbb', '111', 'TTT'],
      [2, 'ccc', 'ddd', '222', 'UUU'],
      [3, 'eee', 'fff', '333', 'VVV'],
      [4, 'ggg', 'hhh', '444', 'WWW'],
      [5, 'iii', 'jjj', '555', 'XXX'],
      [6, 'kkk', 'lll', '666', 'YYY'],
    ] as const
  ).map((row) => pick(row));

describe('dbt test_incremental_on_schema_change', () => {
  test('test_run_incremental_ignore: new columns are left out', async () => {
    expect(await project.rows('ignores')).toEqual(all(([id, f1, f2]) => [id, f1, f2]));
  });

  test('test_run_incremental_append_new_columns: new columns are NULL in the rows of before', async () => {
    expect(await project.columns('appends')).toEqual([
      'id INTEGER',
      'field1 VARCHAR',
      'field2 VARCHAR',
      'field3 VARCHAR',
      'field4 VARCHAR',
    ]);
    expect(await project.rows('appends')).toEqual(
      all(([id, f1, f2, f3, f4]) => [id, f1, f2, id <= 3 ? null : f3, id <= 3 ? null : f4]),
    );
  });

  test('test_run_incremental_append_new_columns: a column that is gone stays, NULL in new rows (remove_one)', async () => {
    expect(await project.rows('appends_one_gone')).toEqual(
      all(([id, f1, f2, f3, f4]) => [id, f1, id > 3 ? null : f2, id <= 3 ? null : f3, id <= 3 ? null : f4]),
    );
  });

  test('test_run_incremental_sync_all_columns: columns come and go', async () => {
    expect(await project.rows('syncs')).toEqual(
      all(([id, f1, , f3, f4]) => [id, f1, id <= 3 ? null : f3, id <= 3 ? null : f4]),
    );
  });

  test('test_run_incremental_sync_all_columns: columns only go (remove_only)', async () => {
    expect(await project.rows('sync_removes')).toEqual(all(([id, f1]) => [id, f1]));
  });

  test('test_run_incremental_fail_on_schema_change: the run fails and says which columns', async () => {
    const failed = await project.run('fails', { exit: 1 });
    expect(failed.node('gold.fails').error).toMatchObject({
      code: 'LK4050',
      message: expect.stringContaining('new: field2; gone: field3'),
    });
    expect(await project.columns('fails')).toEqual(['id INTEGER', 'field1 VARCHAR', 'field3 INTEGER']);
  });

  test('special characters: columns whose names need quotes are added like any other', async () => {
    expect(await project.columns('special_appends')).toEqual([
      'id INTEGER',
      'field with space VARCHAR',
      'select VARCHAR',
      'field3 VARCHAR',
      'field.with.dots VARCHAR',
    ]);
    expect((await project.rows('special_appends')).at(-1)).toEqual([6, 'kkk', 'lll', '666', 'YYY']);
  });
});
