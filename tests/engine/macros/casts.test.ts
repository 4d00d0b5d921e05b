import { describe, expect, it } from 'vitest';
import { withEngine } from '../with-engine.js';
import { cases } from './casts.cases.js';

const { rows } = withEngine();

const literal = (text: string | null) => (text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`);

describe('lake macros (faults B6, B7)', () => {
  it.each(Object.entries(cases))('%s', async (call, list) => {
    const values = list.map(([text], i) => `(${i}, ${literal(text)})`).join(', ');
    const results = await rows(
      `select i, cast(${call} as varchar) from (values ${values}) given(i, v) order by i`,
      { label: call },
    );
    const found = list.map(([text], i) => [text, results[i]![1]]);
    expect(found).toEqual(list);
  });

  it('gives typed values', async () => {
    const [types] = await rows(
      `select typeof(lake_integer(v)), typeof(lake_bigint(v)), typeof(lake_double(v)), typeof(lake_boolean(v)),
        typeof(lake_iso_date(v, 'UTC')), typeof(lake_iso_timestamp(v, 'UTC')), typeof(lake_iso_timestamptz(v, 'UTC')),
        typeof(lake_epoch_s_timestamp(v, 'UTC')), typeof(lake_strptime_date(v, '%Y%z', 'UTC')), typeof(lake_list(v)),
        typeof(lake_point_x(v)) from (select 'x' as v)`,
    );
    expect(types).toEqual([
      'INTEGER',
      'BIGINT',
      'DOUBLE',
      'BOOLEAN',
      'DATE',
      'TIMESTAMP',
      'TIMESTAMP WITH TIME ZONE',
      'TIMESTAMP',
      'DATE',
      'VARCHAR[]',
      'VARCHAR',
    ]);
  });

  it('judges every value of a column by itself, also among a hundred thousand', async () => {
    const result = await rows(
      `select count(lake_integer(v)), count(lake_iso_date(v, 'America/Toronto')), count(lake_epoch_ms_date(v, 'UTC'))
       from (select case range % 4 when 0 then range::varchar when 1 then '2004-01-03' when 2 then '2004-01-03T05:00:00Z' else 'x' end as v
             from range(100000))`,
    );
    expect(result).toEqual([[25_000, 50_000, 25_000]]);
  });

  it('does not depend on the time zone of a session into which the text is pasted', async () => {
    const { engineMacros } = await import('../../../src/engine/macros/index.js');
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'Asia/Tokyo'`);
    await connection.run(engineMacros);
    const result = await connection.runAndReadAll(
      `select lake_iso_date('2004-01-03T04:00:00Z', 'America/Toronto')::varchar,
        lake_iso_timestamp('2004-01-03T04:00:00+00:00', 'America/Toronto')::varchar,
        epoch_ms(lake_iso_timestamptz('2004-01-03T00:00:00', 'America/Toronto'))::varchar,
        lake_strptime_date('2004/01/03 04:00:00+00', '%Y/%m/%d %H:%M:%S%z', 'America/Toronto')::varchar`,
    );
    expect(result.getRows()).toEqual([['2004-01-02', '2004-01-02 23:00:00', '1073106000000', '2004-01-02']]);
    connection.disconnectSync();
    instance.closeSync();
  });
});
