/** Snapshots: the cases of dbt's suite `simple_snapshot` about columns and records of deletion, on rows of this test. */
import { afterEach, describe, expect, it } from 'vitest';
import { type City, sqlProject } from '../../run/support/city.js';

const HEAD = 'id,first_name,last_name,email,updated_at';
const ROWS = [
  '1,Ada,Byron,ada@example.org,2024-01-01 10:00:00',
  '2,Bob,Noyce,bob@example.org,2024-01-01 11:00:00',
  '3,Cy,Young,cy@example.org,2024-01-01 12:00:00',
];
const people = (rows: readonly string[], head = HEAD) => ({
  'seeds/people.csv': `${[head, ...rows].join('\n')}\n`,
});
/** The rows with one more column. */
const wider = (rows: readonly string[]) =>
  people(
    rows.map((row) => `${row},42`),
    `${HEAD},shoe`,
  );
const snapshot = (config: string, relation = 'people') => ({
  'snapshots/people.yml': `snapshots:
  - name: over_time
    relation: ref('${relation}')
    config: {unique_key: id, ${config}}
`,
});
const TIMESTAMP = 'strategy: timestamp, updated_at: updated_at';
const NAMES = {
  dbt_valid_to: 'until',
  dbt_valid_from: 'since',
  dbt_scd_id: 'version',
  dbt_updated_at: 'changed',
};
const named = (names: Readonly<Record<string, string>>) => ({
  'project.yml': `name: shop\nversion: 1\nsnapshots: {+snapshot_meta_column_names: ${JSON.stringify(names)}}\n`,
});

let shop: City;
afterEach(() => shop.remove());
const counted = async (where = 'true') =>
  Number((await shop.query(`select count(*) from gold.over_time where ${where}`))[0]![0]);

describe('names of a snapshot’s columns', () => {
  it('dbt test_snapshot_column_names_from_project: may stand in project.yml for all snapshots', async () => {
    shop = sqlProject({ ...people(ROWS), ...snapshot(TIMESTAMP), ...named(NAMES) });
    await shop.build();
    shop.write(people(['1,Ada,King,ada@example.org,2024-02-01 10:00:00', ...ROWS.slice(1)]));
    await shop.build();
    expect(
      await shop.query(
        'select last_name, since::varchar, until::varchar, changed = since from gold.over_time where id = 1 order by since',
      ),
    ).toEqual([
      ['Byron', '2024-01-01 10:00:00', '2024-02-01 10:00:00', true],
      ['King', '2024-02-01 10:00:00', null, true],
    ]);
    expect(await shop.query('select count(distinct version) from gold.over_time')).toEqual([['4']]);
  });

  it('dbt test_snapshot_invalid_column_names: other names than those of before are an error, and nothing is recorded', async () => {
    shop = sqlProject({ ...people(ROWS), ...snapshot(TIMESTAMP), ...named(NAMES) });
    await shop.build();
    const { dbt_valid_to, dbt_updated_at } = NAMES;
    shop.write({ ...named({ dbt_valid_to, dbt_updated_at }), ...people(ROWS.slice(1)) });
    const refused = await shop.build({ exit: 1 });
    expect(refused.node('gold.over_time').error).toMatchObject({
      code: 'LK4044',
      message: 'gold.over_time was recorded under other names: it has no column dbt_scd_id, dbt_valid_from',
      hint: 'Write snapshot_meta_column_names as they were, or give the snapshot another name',
      details: { at: { file: 'snapshots/people.yml', line: 2 } },
    });
    expect(await counted()).toBe(3);
  });
});

describe('columns of what is recorded', () => {
  it('dbt test_column_selection_is_reflected_in_snapshot: only compared columns make a new row', async () => {
    shop = sqlProject({ ...people(ROWS), ...snapshot('strategy: check, check_cols: [email]') });
    await shop.build();
    shop.write(
      people([
        '1,Ada,Kin,ada@example.org,2024-01-01 10:00:00',
        '2,Bob,Noy,bob,2024-01-01 11:00:00',
        '3,Cy,Young,cy,2024-01-01 12:00:00',
      ]),
    );
    await shop.build();
    expect(
      await shop.query(
        'select id, count(*), count(*) filter (where dbt_valid_to is null), arg_max(last_name, dbt_valid_from) from gold.over_time group by id order by id',
      ),
    ).toEqual([
      ['1', '1', '1', 'Byron'],
      ['2', '2', '1', 'Noy'],
      ['3', '2', '1', 'Young'],
    ]);
  });

  it('dbt test_snapshot_new_column_timestamp_strategy: a new column is added, rows of before are NULL there and stay', async () => {
    shop = sqlProject({ ...people(ROWS), ...snapshot(`${TIMESTAMP}, hard_deletes: new_record`) });
    await shop.build();
    shop.write(wider(ROWS));
    await shop.build();
    expect(await counted()).toBe(3);
    shop.write(wider(['1,Ada,King,ada@example.org,2024-02-01 10:00:00', ...ROWS.slice(1)]));
    await shop.build();
    expect(
      await shop.query('select id, shoe, dbt_is_deleted from gold.over_time order by id, dbt_valid_from'),
    ).toEqual([
      ['1', null, 'False'],
      ['1', '42', 'False'],
      ['2', null, 'False'],
      ['3', null, 'False'],
    ]);
  });

  it('dbt test_snapshot_new_column_specific_check_cols: a new column that is not compared changes no row', async () => {
    const config = 'strategy: check, check_cols: [first_name, email], hard_deletes: new_record';
    shop = sqlProject({ ...people(ROWS), ...snapshot(config) });
    await shop.build();
    shop.write(wider(ROWS));
    await shop.build();
    expect(await counted()).toBe(3);
    expect(await counted('shoe is null and dbt_valid_to is null')).toBe(3);
  });

  it('dbt test_snapshot_new_column_with_deletes: a column comes and a row goes in one run', async () => {
    const config = 'strategy: check, check_cols: all, hard_deletes: new_record';
    shop = sqlProject({ ...people(ROWS), ...snapshot(config) });
    await shop.build();
    shop.write(wider(ROWS.slice(0, 2)));
    await shop.build();
    expect(
      await shop.query(
        'select id, shoe, dbt_is_deleted, dbt_valid_to is null from gold.over_time order by id, dbt_valid_from, dbt_valid_to nulls last',
      ),
    ).toEqual([
      ['1', null, 'False', false],
      ['1', '42', 'False', true],
      ['2', null, 'False', false],
      ['2', '42', 'False', true],
      ['3', null, 'False', false],
      ['3', null, 'True', true],
    ]);
  });
});

describe('records of deletion', () => {
  it('dbt test_ephemeral_snapshot_hard_deletes: an ephemeral model can be recorded, also once it has a column more', async () => {
    shop = sqlProject({
      ...people(ROWS),
      'models/gold/of_people.sql': "{{config materialized='ephemeral'}}\nselect * from {{ref 'people'}}\n",
      'models/gold/reads.sql': "select * from {{ref 'over_time'}}\n",
      ...snapshot('strategy: check, check_cols: all, hard_deletes: new_record', 'of_people'),
    });
    await shop.build();
    expect(await counted()).toBe(3);
    shop.write(wider(ROWS));
    await shop.build();
    expect(await counted('dbt_valid_to is null and shoe = 42')).toBe(3);
    expect(await shop.query('select count(*) from gold.reads')).toEqual([['6']]);
  });

  it('dbt test_snapshot_new_record_mode: by timestamp, a key goes, comes back and goes again, a row each', async () => {
    shop = sqlProject({ ...people(ROWS), ...snapshot(`${TIMESTAMP}, hard_deletes: new_record`) });
    await shop.build();
    const ofAda = () =>
      shop.query(
        'select dbt_is_deleted, dbt_valid_to is null from gold.over_time where id = 1 order by dbt_valid_from, dbt_is_deleted',
      );
    const gone = people(ROWS.slice(1));
    shop.write(gone);
    await shop.build();
    const once = [
      ['False', false],
      ['True', true],
    ];
    expect(await ofAda()).toEqual(once);
    // The same rows once more: nothing is said twice.
    shop.write(people([ROWS[2]!, ROWS[1]!]));
    await shop.build();
    expect(await ofAda()).toEqual(once);
    shop.write(people(['1,Ada,King,ada@example.org,2200-01-01 10:00:00', ...ROWS.slice(1)]));
    await shop.build();
    expect(await ofAda()).toEqual([
      ['False', false],
      ['True', false],
      ['False', true],
    ]);
    shop.write(gone);
    await shop.build();
    expect(await counted('id = 1')).toBe(4);
    expect(await counted('id = 1 and dbt_valid_to is null')).toBe(1);
    expect(await shop.query('select count(distinct dbt_scd_id) from gold.over_time where id = 1')).toEqual([
      ['4'],
    ]);
  });
});

describe('files of a snapshot', () => {
  const files = async () => (await shop.state('gold.over_time')).files.map(({ path }) => path);

  it('stay where they lie while none of their rows ends, and the content hash is that of all rows', async () => {
    shop = sqlProject({
      ...people(ROWS),
      ...snapshot('strategy: check, check_cols: all, hard_deletes: invalidate'),
    });
    await shop.build();
    const [first] = await files();
    const fourth = '4,Di,Prince,di@example.org,2024-01-02 10:00:00';
    shop.write(people([...ROWS, fourth]));
    await shop.build();
    const [, second] = await files();
    expect(await files()).toEqual([first, second]);
    shop.write(people([...ROWS, fourth.replace('Prince', 'King')]));
    await shop.build();
    expect(await files()).toContain(first);
    expect(await files()).not.toContain(second);
    // A row of the first file ends by deletion, one of the others stays.
    shop.write(people([...ROWS.slice(1), fourth.replace('Prince', 'King')]));
    const last = await shop.build();
    expect(await files()).not.toContain(first);
    expect(last.node('gold.over_time')).toMatchObject({ status: 'success', rows: 5 });
    const [[hashed]] = (await shop.query(
      `select count(*) || ':' || sum(hash(columns(*)))::varchar from (from gold.over_time)`.replace(
        'hash(columns(*))',
        'hash(id, first_name, last_name, email, updated_at, dbt_scd_id, dbt_updated_at, dbt_valid_from, dbt_valid_to)',
      ),
    )) as [[string]];
    expect((await shop.state('gold.over_time')).contentHash).toContain(hashed);
    expect(await counted('dbt_valid_to is null')).toBe(3);
  });

  it('are written anew where a column turns wider', async () => {
    shop = sqlProject({ ...people(ROWS), ...snapshot('strategy: check, check_cols: [email]') });
    await shop.build();
    const [first] = await files();
    shop.write(people(['A4,Di,Prince,di@example.org,2024-01-02 10:00:00', ...ROWS.slice(1)]));
    shop.write({ 'seeds/seeds.yml': 'seeds: [{name: people, config: {column_types: {id: varchar}}}]\n' });
    await shop.build();
    expect(await files()).not.toContain(first);
    expect(await shop.query('select id, typeof(id) from gold.over_time order by 1')).toEqual([
      ['1', 'VARCHAR'],
      ['2', 'VARCHAR'],
      ['3', 'VARCHAR'],
      ['A4', 'VARCHAR'],
    ]);
  });
});
