/** dbt's adapter tests of `merge_exclude_columns` and `incremental_predicates`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../support/models.js';

const model = (config: string) => `{{config materialized='incremental' unique_key='id' ${config}}}
{{#if (is_incremental)}}
select * from (values (1, 'hey', 'blue'), (2, 'yo', 'green'), (3, 'anyway', 'purple')) t(id, msg, color)
{{else}}
select * from (values (1, 'hello', 'blue'), (2, 'goodbye', 'red')) t(id, msg, color)
{{/if}}

`;

let project: ModelProject;
beforeAll(async () => {
  project = modelProject({
    excludes: model(`incremental_strategy='merge' merge_exclude_columns=(list 'msg')`),
    updates: model(`incremental_strategy='merge' merge_update_columns=(list 'msg')`),
    deletes_with_predicates: model(
      `incremental_strategy='delete+insert' incremental_predicates=(list 'id != 2')`,
    ),
    deletes_with_short_name: model(`incremental_strategy='delete+insert' predicates=(list 'id != 2')`),
    merges_with_predicates: model(
      `incremental_strategy='merge' incremental_predicates=(list 'DBT_INTERNAL_DEST.id != 2')`,
    ),
  });
  await project.run();
  // As in dbt every run runs them: here a changed definition makes them due.
  project.write(
    Object.fromEntries(
      [
        'excludes',
        'updates',
        'deletes_with_predicates',
        'deletes_with_short_name',
        'merges_with_predicates',
      ].map((name) => [
        `models/gold/${name}.sql`,
        project.read(`models/gold/${name}.sql`).replace('t(id, msg, color)', 't(id, msg, color) where true'),
      ]),
    ),
  );
  await project.run();
});
afterAll(() => project.remove());

describe('dbt test_incremental_merge_exclude_columns', () => {
  test('test__merge_exclude_columns: an excluded column keeps its value in known rows', async () => {
    expect(await project.rows('excludes')).toEqual([
      [1, 'hello', 'blue'],
      [2, 'goodbye', 'green'],
      [3, 'anyway', 'purple'],
    ]);
  });

  test('merge_update_columns: only these change in known rows', async () => {
    expect(await project.rows('updates')).toEqual([
      [1, 'hey', 'blue'],
      [2, 'yo', 'red'],
      [3, 'anyway', 'purple'],
    ]);
  });
});

describe('dbt test_incremental_predicates', () => {
  test.each([
    ['TestIncrementalPredicatesDeleteInsert', 'deletes_with_predicates'],
    ['TestPredicatesDeleteInsert', 'deletes_with_short_name'],
  ])('%s: a known row that does not meet the predicates is not deleted', async (_, name) => {
    expect(await project.rows(name)).toEqual([
      [1, 'hey', 'blue'],
      [2, 'goodbye', 'red'],
      [2, 'yo', 'green'],
      [3, 'anyway', 'purple'],
    ]);
  });

  test('with merge: a known row that does not meet them is matched by nothing', async () => {
    expect(await project.rows('merges_with_predicates')).toEqual([
      [1, 'hey', 'blue'],
      [2, 'goodbye', 'red'],
      [2, 'yo', 'green'],
      [3, 'anyway', 'purple'],
    ]);
  });
});
