/** Snapshots: the cases of dbt's adapter suite `simple_snapshot` and `basic`, on the seeds of this test. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, sqlProject } from '../../run/support/city.js';

const people = (rows: readonly string[]) => ['id,name,town,updated_at', ...rows].join('\n');

const FIRST = [
  '1,Ada,York,2024-01-01 10:00:00',
  '2,Bob,Leeds,2024-01-01 11:00:00',
  '3,Cy,Hull,2024-01-01 12:00:00',
];

function snapshot(config: string, more = ''): string {
  return `snapshots:
  - name: people_over_time
    relation: ref('people')
    config: {unique_key: id, ${config}}
${more}`;
}

function project(config: string, more = ''): City {
  return sqlProject({
    'seeds/people.csv': people(FIRST),
    'seeds/_seeds.yml':
      'seeds:\n  - {name: people, config: {column_types: {name: varchar, town: varchar, updated_at: timestamp}}}\n',
    'snapshots/people.yml': snapshot(config, more),
  });
}

const WHOLE = `select id, name, town, dbt_valid_from::varchar, dbt_valid_to::varchar from gold.people_over_time
  order by id, dbt_valid_from, dbt_valid_to nulls last, name`;

describe('strategy timestamp', () => {
  let shop: City;
  beforeAll(async () => {
    shop = project('strategy: timestamp, updated_at: updated_at, hard_deletes: invalidate');
    await shop.build();
  });
  afterAll(() => shop.remove());

  it('dbt TestSnapshotTimestamp: the first run records every row, valid from its own time on', async () => {
    expect(await shop.query(WHOLE)).toEqual([
      ['1', 'Ada', 'York', '2024-01-01 10:00:00', null],
      ['2', 'Bob', 'Leeds', '2024-01-01 11:00:00', null],
      ['3', 'Cy', 'Hull', '2024-01-01 12:00:00', null],
    ]);
    expect(
      await shop.query(
        "select count(*) from gold.people_over_time where dbt_scd_id = md5(id::varchar || '|' || updated_at::varchar) and dbt_updated_at = updated_at",
      ),
    ).toEqual([['3']]);
  });

  it('nothing changed: nothing is recorded, no engine starts', async () => {
    const again = await shop.build();
    expect(again.engineStarted).toBe(false);
  });

  it('dbt test_updates_are_captured_by_snapshot: a later time closes the row and adds what it became; the same time adds nothing', async () => {
    shop.write({
      'seeds/people.csv': people([
        '1,Ada,Bath,2024-02-01 09:00:00',
        '2,Robert,Leeds,2024-01-01 11:00:00', // no new time: not seen, as in dbt
        FIRST[2]!,
        '4,Di,Hull,2024-02-02 08:00:00',
      ]),
    });
    await shop.build();
    expect(await shop.query(WHOLE)).toEqual([
      ['1', 'Ada', 'York', '2024-01-01 10:00:00', '2024-02-01 09:00:00'],
      ['1', 'Ada', 'Bath', '2024-02-01 09:00:00', null],
      ['2', 'Bob', 'Leeds', '2024-01-01 11:00:00', null],
      ['3', 'Cy', 'Hull', '2024-01-01 12:00:00', null],
      ['4', 'Di', 'Hull', '2024-02-02 08:00:00', null],
    ]);
  });

  it('dbt TestSnapshotInvalidateHardDeletes: a row that is gone ends with the run, one that comes back begins anew', async () => {
    shop.write({ 'seeds/people.csv': people(['2,Bob,Leeds,2024-01-01 11:00:00']) });
    await shop.build();
    expect(
      await shop.query(
        "select id, dbt_valid_to > '2026-01-01' from gold.people_over_time where dbt_valid_to is not null and id <> 1 order by id",
      ),
    ).toEqual([
      ['3', true],
      ['4', true],
    ]);
    shop.write({
      'seeds/people.csv': people(['2,Bob,Leeds,2024-01-01 11:00:00', '3,Cy,Hull,2024-01-01 12:00:00']),
    });
    await shop.build();
    expect(
      await shop.query(
        'select count(*), count(*) filter (where dbt_valid_to is null) from gold.people_over_time where id = 3',
      ),
    ).toEqual([['2', '1']]);
  });

  it('--full-refresh loses nothing that was recorded', async () => {
    const before = await shop.query(WHOLE);
    await shop.build({ fullRefresh: true });
    expect(await shop.query(WHOLE)).toEqual(before);
  });
});

describe('strategy check', () => {
  let shop: City;
  beforeAll(async () => {
    shop = project('strategy: check, check_cols: [town]');
    await shop.build();
  });
  afterAll(() => shop.remove());

  it('dbt TestSnapshotCheckCols: only the named columns count', async () => {
    shop.write({
      'seeds/people.csv': people([
        '1,Ada,Bath,2024-01-01 10:00:00',
        '2,Robert,Leeds,2024-03-01 11:00:00',
        '3,Cy,,2024-01-01 12:00:00',
      ]),
    });
    await shop.build();
    expect(
      await shop.query(
        'select id, name, town, dbt_valid_to is null from gold.people_over_time order by id, dbt_valid_from',
      ),
    ).toEqual([
      ['1', 'Ada', 'York', false],
      ['1', 'Ada', 'Bath', true],
      ['2', 'Bob', 'Leeds', true],
      ['3', 'Cy', 'Hull', false],
      ['3', 'Cy', null, true],
    ]);
  });

  it('a change back is a change; NULL and NULL are the same', async () => {
    shop.write({
      'seeds/people.csv': people([
        '1,Ada,York,2024-01-01 10:00:00',
        '2,Bob,Leeds,2024-01-01 11:00:00',
        '3,Cy,,2024-05-01 12:00:00',
      ]),
    });
    await shop.build();
    expect(
      await shop.query(
        'select id, count(*), list(town order by dbt_valid_from) from gold.people_over_time group by 1 order by 1',
      ),
    ).toEqual([
      ['1', '3', ['York', 'Bath', 'York']],
      ['2', '1', ['Leeds']],
      ['3', '2', ['Hull', null]],
    ]);
  });

  it('without hard_deletes a row that is gone stays as it was', async () => {
    shop.write({ 'seeds/people.csv': people(FIRST.slice(0, 1)) });
    const before = await shop.query('select count(*) from gold.people_over_time where dbt_valid_to is null');
    const built = await shop.build();
    expect(built.statuses['gold.people_over_time']).toBe('unchanged');
    expect(await shop.query('select count(*) from gold.people_over_time where dbt_valid_to is null')).toEqual(
      before,
    );
  });

  it('dbt TestSnapshotCheckColsAll: with `all`, a new column records every row once more; a column that went stays, NULL from then on', async () => {
    shop.write({ 'snapshots/people.yml': snapshot('strategy: check, check_cols: all') });
    shop.write({
      'seeds/_seeds.yml': 'seeds: []\n',
      'seeds/people.csv': 'id,name,updated_at,shoe\n1,Ada,2024-01-01 10:00:00,38\n',
    });
    await shop.build();
    expect(
      await shop.query(
        'select town, shoe, dbt_valid_to is null from gold.people_over_time where id = 1 order by dbt_valid_from desc limit 2',
      ),
    ).toEqual([
      [null, '38', true],
      ['York', null, false],
    ]);
  });
});

describe('hard_deletes: new_record', () => {
  let shop: City;
  beforeAll(async () => {
    shop = project('strategy: check, check_cols: [town], hard_deletes: new_record');
    await shop.build();
    shop.write({ 'seeds/people.csv': people(FIRST.slice(0, 2)) });
    await shop.build();
  });
  afterAll(() => shop.remove());

  const OF_CY = `select town, dbt_is_deleted, dbt_valid_to is null from gold.people_over_time where id = 3
    order by dbt_valid_from, dbt_is_deleted`;

  it('dbt TestSnapshotNewRecordCheckMode: a key that is gone gets a row that says so', async () => {
    expect(await shop.query(OF_CY)).toEqual([
      ['Hull', 'False', false],
      ['Hull', 'True', true],
    ]);
  });

  it('it is said once', async () => {
    shop.write({ 'seeds/people.csv': people([FIRST[0]!, '2,Bob,Bath,2024-01-01 11:00:00']) });
    await shop.build();
    expect(await shop.query(OF_CY)).toHaveLength(2);
  });

  it('a key that comes back ends that row and begins anew', async () => {
    shop.write({ 'seeds/people.csv': people(FIRST) });
    await shop.build();
    expect(await shop.query(OF_CY)).toEqual([
      ['Hull', 'False', false],
      ['Hull', 'True', false],
      ['Hull', 'False', true],
    ]);
  });
});

describe('names and marks of its own', () => {
  it('dbt TestSnapshotDbtValidToCurrent and TestSnapshotColumnNames: another value for current rows, other names, keys of two columns', async () => {
    const shop = sqlProject({
      'seeds/people.csv': people(FIRST),
      'snapshots/people.yml': `snapshots:
  - name: people_over_time
    relation: ref('people')
    config:
      unique_key: [id, name]
      strategy: timestamp
      updated_at: updated_at
      dbt_valid_to_current: "date '9999-12-31'"
      snapshot_meta_column_names: {dbt_valid_from: valid_from, dbt_valid_to: valid_to, dbt_scd_id: version_id}
    columns:
      - {name: version_id, tests: [unique, not_null]}
`,
    });
    await shop.build();
    shop.write({ 'seeds/people.csv': people(['1,Ada,Bath,2024-02-01 09:00:00', ...FIRST.slice(1)]) });
    await shop.build();
    expect(
      await shop.query(
        'select id, town, valid_from::varchar, valid_to::varchar from gold.people_over_time where id = 1 order by 3',
      ),
    ).toEqual([
      ['1', 'York', '2024-01-01 10:00:00', '2024-02-01 09:00:00'],
      ['1', 'Bath', '2024-02-01 09:00:00', '9999-12-31 00:00:00'],
    ]);
    shop.remove();
  });

  it('LK4042, LK4043: a column that is not there, a key that stands twice or is NULL: nothing is recorded', async () => {
    const shop = project('strategy: timestamp, updated_at: updatedat');
    const missing = await shop.build({ exit: 1 });
    expect(missing.node('gold.people_over_time').error).toMatchObject({
      code: 'LK4042',
      message: 'gold.people_over_time: gold.people has no column "updatedat", which updated_at names',
      hint: 'Did you mean "updated_at"?',
    });
    shop.write({
      'snapshots/people.yml': snapshot('strategy: check, check_cols: all'),
      'seeds/people.csv': people([...FIRST, FIRST[0]!]),
    });
    expect((await shop.build({ exit: 1 })).node('gold.people_over_time').error).toMatchObject({
      code: 'LK4043',
      message: 'gold.people_over_time: the key id = 1 stands 2 times',
    });
    shop.write({ 'seeds/people.csv': people([...FIRST, ',Eve,Hull,2024-01-01 12:00:00']) });
    expect((await shop.build({ exit: 1 })).node('gold.people_over_time').error?.message).toBe(
      'gold.people_over_time: the key id is NULL in 1 row',
    );
    expect(shop.versions()).not.toHaveProperty('gold.people_over_time');
    shop.remove();
  });
});
