/** What DuckDB knows and Delta does not is published as something that every reader opens. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type City, sqlProject } from '../support/city.js';

let shop: City;
beforeAll(async () => {
  shop = sqlProject({
    'models/gold/odd.sql': `select sum(i) as huge, any_value(i::ubigint) as big, any_value('{"a": 1}'::json) as doc,
  any_value('6f1ed002-ab59-4f7c-9f5e-3a0f3d3f3a3a'::uuid) as id, any_value(time '10:00:00') as clock, any_value(interval 1 day) as span,
  any_value('2024-01-01'::timestamp_ns) as ns, any_value('b'::enum('a', 'b')) as kind
from range(3) t(i)
`,
    'models/gold/endless.sql': `select * from (values
  (0, '-infinity'::date, 'infinity'::timestamp, '-infinity'::timestamptz),
  (1, 'infinity'::date, '-infinity'::timestamp, 'infinity'::timestamptz),
  (2, date '9999-12-31', timestamp '0001-01-01', timestamptz '2024-01-01 00:00:00+00'),
  (3, null, null, null)) v(id, day, ntz, instant)
`,
  });
  await shop.build();
});
afterAll(() => shop.remove());

test('types that Delta lacks are cast', async () => {
  const { columns } = await shop.state('gold.odd');
  expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual({
    huge: 'DECIMAL(38,0)',
    big: 'DECIMAL(20,0)',
    doc: 'VARCHAR',
    id: 'VARCHAR',
    clock: 'VARCHAR',
    span: 'VARCHAR',
    ns: 'TIMESTAMP',
    kind: 'VARCHAR',
  });
  expect(await shop.query('select huge::varchar, big::varchar, clock, span, kind from gold.odd')).toEqual([
    ['3', '0', '10:00:00', '1 day', 'b'],
  ]);
});

test('days and instants without end are NULL', async () => {
  const rows = await shop.query(
    'select id, day::varchar, ntz::varchar, instant::varchar from gold.endless order by id',
  );
  expect(rows).toEqual([
    [0, null, null, null],
    [1, null, null, null],
    [2, '9999-12-31', '0001-01-01 00:00:00', '2024-01-01 00:00:00+00'],
    [3, null, null, null],
  ]);
});

test('values without end are told once, with the names of their columns', async () => {
  const parted = `{{config partition_by='id'}}\nselect * from {{ref 'endless'}}`;
  const until = `{{config sort_by=(list 'id')}}\nselect 1 as id, 'infinity'::date as until, date '2024-01-01' as since`;
  shop.write({ 'models/gold/parted.sql': parted, 'models/gold/until.sql': until });
  const told = `infinite dates and timestamps, which Delta tables lack, are stored as NULL: until; to keep them, give them another value in the SQL`;
  const first = await shop.build();
  expect(first.node('gold.until').notes).toEqual([told]);
  expect(first.node('gold.parted').notes ?? []).toEqual([]);
  expect(await shop.query('select until, since::varchar from gold.until')).toEqual([[null, '2024-01-01']]);
  shop.write({ 'models/gold/until.sql': until.replace('1 as id', '2 as id') });
  expect((await shop.build()).node('gold.until').notes ?? []).toEqual([]);
  const other = sqlProject({ 'models/gold/endless.sql': shop.read('models/gold/endless.sql') });
  // Written at once and looked at afterwards: the same is told.
  expect((await other.build()).node('gold.endless').notes).toEqual([
    told.replace('until;', 'day, ntz, instant;'),
  ]);
  other.remove();
});

test('values without end are told of seeds, snapshots, increments and batches, too', async () => {
  const told = (columns: string) =>
    `infinite dates and timestamps, which Delta tables lack, are stored as NULL: ${columns}; to keep them, give them another value in the SQL`;
  const days = (...rows: readonly string[]) => `{{config materialized='ephemeral'}}
select * from (values ${rows.join(', ')}) v(id, day, until)`;
  const [calm, endless] = [
    `(1, timestamp '2024-01-01', date '2024-02-01')`,
    `(2, timestamp '2024-01-02', date 'infinity')`,
  ];
  const batches = `{{config materialized='incremental' incremental_strategy='microbatch' event_time='day' begin='2024-01-01' batch_size='month' partition_by='kind'}}
select *, case when id = 2 then '' else 'a' end as kind from {{ref 'days'}}`;
  const city = sqlProject({
    'seeds/s.csv': 'id,until\n1,2024-01-01\n2,infinity\n',
    'seeds/s.yml': `version: 2\nseeds: [{name: s, config: {column_types: {until: date}}}]\n`,
    'models/gold/days.sql': days(calm),
    'models/gold/grown.sql': `{{config materialized='incremental' unique_key='id'}}\nselect * from {{ref 'days'}}`,
    'models/gold/batches.sql': batches,
    'snapshots/kept.yml': `snapshots:\n  - name: kept\n    relation: ref('days')\n    config: {strategy: check, unique_key: id, check_cols: [day]}\n`,
  });
  const first = await city.build();
  expect(first.node('gold.s').notes).toEqual([told('until')]);
  for (const name of ['grown', 'kept']) expect(first.node(`gold.${name}`).notes ?? []).toEqual([]);
  city.write({
    'models/gold/days.sql': days(calm, endless),
  });
  const second = await city.build();
  for (const name of ['grown', 'kept'])
    expect(second.node(`gold.${name}`).notes).toContainEqual(told('until'));
  expect(await city.query('select id, until::varchar from gold.grown order by id')).toEqual([
    [1, '2024-02-01'],
    [2, null],
  ]);
  const notes = (await city.build({ fullRefresh: true })).node('gold.batches').notes;
  expect(notes).toContainEqual(told('until'));
  expect(notes).toContainEqual(expect.stringMatching(/^empty texts .* are stored as NULL: kind;/));
  city.remove();
});
