/** dbt's adapter tests of `unique_key`: which rows of the table new ones replace. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../support/models.js';

const VISITS = `state,county,city,last_visit_date
CT,Hartford,Hartford,2020-09-23
MA,Suffolk,Boston,2020-02-12
NJ,Mercer,Trenton,2022-01-01
NY,Kings,Brooklyn,2021-04-02
NY,New York,Manhattan,2021-04-01
PA,Philadelphia,Philadelphia,2021-05-21
CO,Denver,,2021-06-18
`;
const NEW_PLACES = `WA,King,Seattle,2022-02-01\nCA,Los Angeles,Los Angeles,2022-02-01\n`;
const SECOND_VISIT = `CT,Hartford,Hartford,2022-02-14\n`;

const model = (key: string) => `{{config materialized='incremental'${key}}}
select state, county, city, last_visit_date from {{ref 'visits'}}
{{#if (is_incremental)}} where last_visit_date > (select max(last_visit_date) from {{self}}) {{/if}}
`;

const MODELS = {
  no_key: model(''),
  empty_text: model(` unique_key=''`),
  empty_list: model(' unique_key=(list)'),
  one: model(` unique_key='state'`),
  one_in_a_list: model(` unique_key=(list 'state')`),
  one_twice: model(` unique_key=(list 'state' 'state')`),
  three: model(` unique_key=(list 'state' 'county' 'city')`),
};

/** The same first run, then each of the two changes of the source. */
let grown: ModelProject;
let revisited: ModelProject;
beforeAll(async () => {
  grown = modelProject(MODELS, { 'seeds/visits.csv': VISITS });
  await grown.run();
  revisited = grown.copy();
  grown.write({ 'seeds/visits.csv': VISITS + NEW_PLACES });
  revisited.write({ 'seeds/visits.csv': VISITS + SECOND_VISIT });
  await grown.run();
  await revisited.run();
});
afterAll(() => {
  grown.remove();
  revisited.remove();
});

test.each([
  ['dbt test_incremental_unique_id: test__no_unique_keys', 'no_key'],
  ['dbt test_incremental_unique_id: test__empty_str_unique_key', 'empty_text'],
  ['dbt test_incremental_unique_id: test__empty_unique_key_list', 'empty_list'],
  ['dbt test_incremental_unique_id: test__trinary_unique_key_list_no_update', 'three'],
])('%s: table and source agree after rows were added', async (_, name) => {
  expect(await grown.rows(name)).toEqual(await grown.rows('visits'));
  expect(await grown.rows(name)).toHaveLength(9);
});

test.each([
  ['dbt test_incremental_unique_id: test__one_unique_key', 'one'],
  ['dbt test_incremental_unique_id: test__unary_unique_key_list', 'one_in_a_list'],
  ['dbt test_incremental_unique_id: test__duplicated_unary_unique_key_list', 'one_twice'],
  ['dbt test_incremental_unique_id: test__trinary_unique_key_list', 'three'],
])('%s: the newer visit takes the place of the older one', async (_, name) => {
  const rows = await revisited.rows(name);
  expect(rows).toHaveLength(7);
  expect(rows.filter(([state]) => state === 'CT')).toEqual([['CT', 'Hartford', 'Hartford', '2022-02-14']]);
  // Two rows of one state that no new row meets are left as they are.
  expect(rows.filter(([state]) => state === 'NY')).toHaveLength(2);
});

describe('a key that is no column', () => {
  test.each([
    ['dbt test_incremental_unique_id: test__bad_unique_key', `unique_key='thisisnotacolumn'`],
    [
      'dbt test_incremental_unique_id: test__bad_unique_key_list',
      `unique_key=(list 'state' 'thisisnotacolumn')`,
    ],
  ])('%s: is told by name, by the first run already', async (_, key) => {
    const bad = modelProject(
      { bad: `{{config materialized='incremental' ${key}}}\nselect * from {{ref 'visits'}}` },
      { 'seeds/visits.csv': VISITS },
    );
    try {
      const failed = await bad.run(undefined, { exit: 1 });
      expect(failed.node('gold.bad').error).toMatchObject({
        code: 'LK4051',
        message: expect.stringContaining('"thisisnotacolumn"'),
      });
    } finally {
      bad.remove();
    }
  });
});
