/**
 * A lake with every type, every kind of commit and every kind of left-over. The tests read it with DuckDB,
 * `npm run test:interop` with other programs.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lake } from '../../../src/lakehouse/types.js';
import { bareState, Writer } from './writer.js';

const everyType = `
  select * from (values
    (1::tinyint, 2::smallint, 3::integer, 9007199254740993::bigint, 200::utinyint, 60000::usmallint, 4000000000::uinteger,
     1.5::float, 0.1::double, 1.25::decimal(9,2), -12345678901234567890.12345678::decimal(38,8), true,
     'plain'::varchar, 'b'::enum('b', 'a'), 'x\\x00y'::blob, date '2024-02-29',
     timestamp '2024-01-02 03:04:05.123456', '2024-01-02 03:04:05'::timestamp_s, '2024-01-02 03:04:05.12'::timestamp_ms,
     timestamptz '2024-07-01 00:00:00.000001+00', [1, null, 3], [[0.5], null],
     {'id': 1, 'a b': {'c': ['x']}}, map {'k': 1, 'l': null}),
    (-128, -32768, -2147483648, -9223372036854775808, 0, 0, 0,
     '-inf', 'nan', -9999999.99, 0, false,
     '', 'a', '', date '0001-01-01',
     timestamp '0001-01-01 00:00:00', '1969-12-31 23:59:59', '1969-12-31 23:59:59.999',
     timestamptz '1969-12-31 23:59:59.999999+00', [], [], {'id': null, 'a b': null}, map {}),
    (127, 32767, 2147483647, 9223372036854775807, 255, 65535, 4294967295,
     'inf', 1e300, 9999999.99, 99999999999999999999.99999999, null,
     repeat('é', 300), 'b', 'z', date '9999-12-31',
     timestamp '9999-12-31 23:59:59.999999', '2100-01-01 00:00:00', '2100-01-01 00:00:00.001',
     timestamptz '9999-12-31 23:59:59.999999+00', null, null, null, null),
    (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
     null, null, null, null, null, null, null, null)
  ) v(i8, i16, i32, i64, u8, u16, u32, f32, f64, dec9, dec38, bool, text, kind, bytes, day,
      ntz, ntz_s, ntz_ms, instant, list, lists, struct, map)`;

/** Every column has bounds, so that readers skip files by them. */
const flatTypes = `
  select i::tinyint as i8, i::bigint * 9007199254740993 as i64, i / 7.0::float as f32, i / 7.0::double as f64,
         (i / 3)::decimal(9,2) as dec9, (i * 12345678901234567.12345678)::decimal(38,8) as dec38, i > 3 as bool,
         'text ' || i as text, repeat('é', i) as accents, null::varchar as nothing, ('x' || i)::blob as bytes,
         date '2024-02-27' + i::integer as day, timestamp '2024-01-02 03:04:05.123456' + to_microseconds(i * 501) as ntz,
         timestamptz '2024-01-02 03:04:05.123456+00' + to_microseconds(i * 501) as instant, [i] as list,
         case when i % 2 = 0 then i end as holes
  from range(9) t(i)`;

const areas = `
  select i::bigint as id, area, year, day, flag, price, 'row ' || i as note from (values
    (1, 'a b', 2024::integer, date '2024-01-01', true, 1.50::decimal(6,2)), (2, '100%', 2024, null, false, 2.00),
    (3, 'x/y', 2023, date '2024-01-01', true, null), (4, 'a=b', null, date '1999-12-31', null, 0.05),
    (5, 'é', -5, date '2024-01-01', true, -1.00), (6, 'it''s (1)!', 0, date '2024-01-01', true, 1.50),
    (7, '007', 7, date '2024-01-01', true, 1.50), (8, '2024-01-01', 7, date '2024-01-01', true, 1.50),
    (9, null, null, null, null, null), (10, 'null', 1, date '2024-01-01', true, 1.50)
  ) v(i, area, year, day, flag, price)`;

const numbers = (from: number, to: number): string =>
  `select i::integer as id, 'name ' || i as name, i * 1.5::double as amount from range(${from}, ${to}) t(i)`;

export async function writeEveryKindOfTable(lake: Lake): Promise<void> {
  const writer = await Writer.on(lake);
  await writer.write('silver.every_type', everyType);
  await writer.write('silver.every_type', everyType);
  await writer.write('silver.flat_types', flatTypes);
  await writer.write('silver.flat_types', `${flatTypes} union all ${flatTypes}`);
  await writer.write('silver.lowest_protocol', numbers(0, 10), {
    description: 'Numbers, with "quotes"',
    properties: {
      'lake.sources': JSON.stringify([{ path: 'https://example.org/numbers', title: 'Example' }]),
    },
  });
  await writer.write('silver.lowest_protocol', numbers(5, 1000));
  await writer.write('silver.protocol_raised', numbers(0, 3));
  await writer.write(
    'silver.protocol_raised',
    `select *, timestamp '2024-01-01 12:00:00' as at from (${numbers(0, 3)})`,
  );
  await writer.write('silver.protocol_raised', numbers(0, 4));

  for (const column of ['area', 'year', 'day', 'flag', 'price']) {
    await writer.write(`silver.by_${column}`, areas, { partitionBy: [column] });
  }
  await writer.write('silver.by_two', areas, { partitionBy: ['year', 'area'] });
  await writer.write('silver.by_two', `${areas} where id < 8`, { partitionBy: ['year', 'area'] });
  await writer.write('silver.one_partition', `${areas} where id = 1`, { partitionBy: ['area'] });
  await writer.writeNothing('silver.no_partition', areas, { partitionBy: ['area'] });
  await writer.write('silver.partitioning_changed', areas, { partitionBy: ['area'] });
  await writer.write('silver.partitioning_changed', areas, { partitionBy: ['year'] });

  await writer.writeNothing('gold.no_file', everyType);
  await writer.write('gold.no_row', `select * from (${everyType}) where false`);
  await writer.write('gold.emptied', numbers(0, 10));
  await writer.writeNothing('gold.emptied', numbers(0, 10));
  await writer.write(
    'gold.odd_names',
    `select 1 as "a b", 2 as "x,y", 3 as "é", 4 as "q""q", 5 as "select", 6 as "a.b", 7 as "it's", 8 as "__proto__", 9 as ":id"`,
  );

  await writer.write('bronze.grown', `select 'x' as a, '1' as _load_id`, { mode: 'append' });
  await writer.write('bronze.grown', `select 'y' as a, null::varchar as "B new", '2' as _load_id`, {
    mode: 'append',
  });
  await writer.write('bronze.grown', `select '3' as _load_id, 'z' as c`, { mode: 'append' });
  const state = { ...bareState, run: 'run-2', fingerprint: 'moved' };
  await writer.writeNothing('bronze.grown', `select 1 as not_looked_at`, { mode: 'state', state });
  await leaveThingsBehind(lake);
}

/** What killed and losing writers leave: no reader may see any of it. */
async function leaveThingsBehind(lake: Lake): Promise<void> {
  const writer = await Writer.on(lake);
  const staged = await writer.stage('silver.lowest_protocol', numbers(0, 7), [], 'killed');
  const folder = join(lake.root, 'silver', 'lowest_protocol');
  await writer.connection.run(
    `copy (${numbers(0, 9)}) to '${join(folder, 'part-orphan.parquet')}' (format parquet)`,
  );
  await writeFile(join(folder, '_delta_log', '.8c5a.tmp'), '{"commitInfo":');
  await writeFile(join(folder, '_lake', '2-8c5a.json'), '{"format":1,');
  await mkdir(join(lake.root, 'silver', 'never_committed', '_delta_log'), { recursive: true });
  if (staged.length !== 1) throw new Error('expected one staged file');
}
