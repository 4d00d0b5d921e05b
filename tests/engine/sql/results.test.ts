import { describe, expect, it } from 'vitest';
import { withEngine } from '../with-engine.js';

const { query, rows } = withEngine();

describe('results are JSON that loses nothing', () => {
  it.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['(-9007199254740993)::bigint', '-9007199254740993'],
    ['18446744073709551615::ubigint', '18446744073709551615'],
    ['sum(5::bigint)', 5],
    ['170141183460469231731687303715884105727::hugeint', '170141183460469231731687303715884105727'],
    ['12.50::decimal(10,2)', '12.50'],
    ['0.1::double', 0.1],
    [`'nan'::double`, 'NaN'],
    [`'-inf'::float`, '-Infinity'],
    ['true', true],
    ['null', null],
    [`'é\n"'`, 'é\n"'],
    [`date '2024-02-29'`, '2024-02-29'],
    [`date '0001-01-01'`, '0001-01-01'],
    [`date '9999-12-31'`, '9999-12-31'],
    [`timestamp '2024-01-01 10:00:00'`, '2024-01-01T10:00:00'],
    [`timestamp '2024-01-01 10:00:00.000001'`, '2024-01-01T10:00:00.000001'],
    [`timestamptz '2024-01-01 10:00:00+02'`, '2024-01-01T08:00:00Z'],
    [`timestamptz '2024-01-01 10:00:00.25+00'`, '2024-01-01T10:00:00.25Z'],
    [`'infinity'::timestamp`, 'infinity'],
    [`time '12:30:00'`, '12:30:00'],
    [`'f47ac10b-58cc-4372-a567-0e02b2c3d479'::uuid`, 'f47ac10b-58cc-4372-a567-0e02b2c3d479'],
    [`'{"a": 1}'::json`, '{"a": 1}'],
    [`[1, null, 9007199254740993]`, [1, null, '9007199254740993']],
    [
      `{'a': 1, 'b': [date '2024-01-01'], 'c': {'d': 1.5::decimal(3,1)}}`,
      { a: 1, b: ['2024-01-01'], c: { d: '1.5' } },
    ],
    [`map {'k': 1}`, [{ key: 'k', value: 1 }]],
  ])('%s', async (sql, value) => {
    expect(await rows(`select ${sql}`)).toEqual([[value]]);
  });

  it('name the columns and their types', async () => {
    const { columns } = await query(
      `select 1::decimal(10,2) as "a b", [1] as l, now() as t, {'x': 'y'} as s, 'a' as "a"`,
    );
    expect(columns).toEqual([
      { name: 'a b', type: 'DECIMAL(10,2)' },
      { name: 'l', type: 'INTEGER[]' },
      { name: 't', type: 'TIMESTAMP WITH TIME ZONE' },
      { name: 's', type: 'STRUCT("x" VARCHAR)' },
      { name: 'a', type: 'VARCHAR' },
    ]);
  });

  it('live in UTC', async () => {
    expect(
      await rows(`select current_setting('TimeZone'), timestamptz '2024-01-01 00:00:00'::varchar`),
    ).toEqual([['UTC', '2024-01-01 00:00:00+00']]);
  });
});
