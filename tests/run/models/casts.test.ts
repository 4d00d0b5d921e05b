/** Columns whose type Delta tables lack are told once, with what they are stored as. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type City, sqlProject } from '../support/city.js';

const MODEL = 'models/gold/typed.sql';
const SQL = `select sum(n) as total, uuid() is not null as known, '{"a": 1}'::json as body, n::utinyint as small
from range(3) t(n) group by n, small`;
const NOTE =
  'types that Delta tables lack: total is HUGEINT and stored as DECIMAL(38,0), body is JSON and stored as VARCHAR; to choose another, cast it in the SQL';

let project: City;
beforeAll(() => {
  project = sqlProject({ [MODEL]: SQL, 'models/gold/plain.sql': 'select 1 as id' });
});
afterAll(() => project.remove());

it('at the first build, and not again while the types stay; a further column is told alone', async () => {
  const first = await project.build();
  expect(first.node('gold.typed').notes).toEqual([NOTE]);
  expect(first.node('gold.plain').notes).toBeUndefined();
  expect((await project.build()).node('gold.typed').notes).toBeUndefined();
  project.write({ [MODEL]: SQL.replace('range(3)', 'range(4)') });
  const second = await project.build();
  expect(second.node('gold.typed')).toMatchObject({ status: 'success', rows: 4 });
  expect(second.node('gold.typed').notes).toBeUndefined();
  project.write({ [MODEL]: SQL.replace('as small', "as small, time '10:00' as at") });
  expect((await project.build()).node('gold.typed').notes).toEqual([
    'types that Delta tables lack: at is TIME and stored as VARCHAR; to choose another, cast it in the SQL',
  ]);
}, 60_000);

it('by snapshots, and of a column that they begin to record', async () => {
  const hours = "{{config materialized='view'}} select 1 as id, time '10:00' as opens";
  const shop = sqlProject({
    'models/gold/hours.sql': hours,
    'snapshots/hours.yml':
      "snapshots: [{name: kept, relation: ref('hours'), config: {unique_key: id, strategy: check, check_cols: all}}]\n",
  });
  const notes = async () => (await shop.build()).node('gold.kept').notes;
  try {
    expect(await notes()).toEqual([
      'types that Delta tables lack: opens is TIME and stored as VARCHAR; to choose another, cast it in the SQL',
    ]);
    shop.write({ 'models/gold/hours.sql': `${hours}, interval 1 hour as pause` });
    expect(await notes()).toEqual([
      'types that Delta tables lack: pause is INTERVAL and stored as VARCHAR; to choose another, cast it in the SQL',
    ]);
    shop.write({ 'models/gold/hours.sql': `${hours.replace('10', '11')}, interval 1 hour as pause` });
    expect(await notes()).toBeUndefined();
  } finally {
    shop.remove();
  }
}, 60_000);

it('by incremental models, of columns that a later run adds or changes, and by microbatch beside its own notes', async () => {
  const settings = (more: string) =>
    `{{config materialized='incremental' unique_key='id' on_schema_change='sync_all_columns' ${more}}}`;
  const batches = settings(
    "incremental_strategy='microbatch' event_time='day' batch_size='year' begin='2026-01-01'",
  );
  const shop = sqlProject({
    'models/gold/adds.sql': `${settings('')} select 1 as id, 2::bigint as n`,
    'models/gold/timed.sql': `${batches} select 1 as id, timestamp '2026-01-01' as day, time '10:00' as at`,
  });
  try {
    const first = await shop.build();
    expect(first.node('gold.adds').notes).toBeUndefined();
    expect(first.node('gold.timed').notes).toEqual([
      'none of its inputs has an event_time: each batch reads all of them',
      'types that Delta tables lack: at is TIME and stored as VARCHAR; to choose another, cast it in the SQL',
    ]);
    shop.write({
      'models/gold/adds.sql': `${settings('')} select 2 as id, sum(3) as n, '{}'::json as body, uuid() as key`,
    });
    const second = await shop.build();
    expect(second.node('gold.adds').notes).toEqual([
      'its columns changed: new: body, key; n: BIGINT → DECIMAL(38,0)',
      'types that Delta tables lack: n is HUGEINT and stored as DECIMAL(38,0), body is JSON and stored as VARCHAR, key is UUID and stored as VARCHAR; to choose another, cast it in the SQL',
    ]);
  } finally {
    shop.remove();
  }
}, 60_000);
