/** dbt's adapter tests `basic/incremental`: a table that grows with its source. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../support/models.js';

const BASE = Array.from({ length: 10 }, (_, i) => `${i + 1},Name ${i + 1},1981-05-${10 + i}T06:46:51`);
const ADDED = Array.from({ length: 10 }, (_, i) => `${i + 11},Name ${i + 11},2001-07-${10 + i}T07:32:52`);
const csv = (rows: readonly string[]) => `id,name,some_date\n${rows.join('\n')}\n`;

let project: ModelProject;
beforeAll(async () => {
  project = modelProject(
    {
      incremental: `{{config materialized='incremental'}}
select * from {{ref 'people'}}
{{#if (is_incremental)}}
where id > (select max(id) from {{self}})
{{/if}}
`,
      incremental_not_schema_change: `{{config materialized='incremental' unique_key='user_id_current_time' on_schema_change='sync_all_columns'}}
select 1 || '-' || current_timestamp as user_id_current_time,
    {{#if (is_incremental)}} 'thisis18characters' as platform {{else}} 'okthisis20characters' as platform {{/if}}
`,
    },
    { 'seeds/people.csv': csv(BASE) },
  );
  await project.run();
});
afterAll(() => project.remove());

describe('dbt test_incremental (basic)', () => {
  test('test_incremental: the table equals its source, at first and after rows were added', async () => {
    expect(await project.rows('incremental')).toHaveLength(10);
    expect(await project.rows('incremental')).toEqual(await project.rows('people'));
    project.write({ 'seeds/people.csv': csv([...BASE, ...ADDED]) });
    const grown = await project.run('people incremental');
    expect(grown.node('gold.incremental')).toMatchObject({
      status: 'success',
      reason: 'gold.people changed',
      rows: 20,
    });
    expect(await project.rows('incremental')).toEqual(await project.rows('people'));
  });

  test('test_incremental_not_schema_change: a text of another length is no change of columns', async () => {
    const again = await project.run('incremental_not_schema_change');
    expect(again.node('gold.incremental_not_schema_change')).toMatchObject({ status: 'success', rows: 2 });
    expect(again.node('gold.incremental_not_schema_change').notes).toBeUndefined();
  });

  test('test_incremental_invalid_strategy: a strategy that does not exist is told before anything runs', async () => {
    const bad = modelProject({
      bad: `{{config materialized='incremental' incremental_strategy='bad_strategy'}}\nselect 1 as id\n`,
    });
    try {
      await expect(bad.run()).rejects.toThrow(
        /LK2021 incremental_strategy is "bad_strategy", expected one of append, merge, delete\+insert, insert_overwrite, microbatch/,
      );
    } finally {
      bad.remove();
    }
  });
});
