import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { quoteText } from '../../../src/sql/quote.js';
import { failure, withEngine } from '../with-engine.js';
import { byteArrays, int96, parquet } from './support/parquet.js';

const { decode, read, write, root } = withEngine();

let files = 0;
const part = (content: Buffer, hint: object = {}) => ({
  files: [write(`spool/p${files++}.parquet`, content)],
  decode: { format: 'parquet' as const, ...hint },
});
const written = new Map<string, Buffer>();
/** What DuckDB writes for a SELECT. */
const of = (sql: string) => written.get(sql)!;

const EVERY_TYPE = `SELECT '007' AS code, 9007199254740993::BIGINT AS big, 18446744073709551615::UBIGINT AS huge,
  123456789012345678901234567890.12345678::DECIMAL(38,8) AS money, 0.1::DOUBLE AS d, 0.1::FLOAT AS f, 'nan'::DOUBLE AS nan,
  true AS yes, DATE '2024-02-29' AS day, TIME '01:02:03.000004' AS clock, TIMESTAMP '2024-01-01 01:02:03.123456' AS wall,
  TIMESTAMPTZ '2024-01-01 01:02:03+02' AS instant, TIMESTAMP_NS '2024-01-01 00:00:00.123456789' AS nanos,
  uuid '0dd1a2b3-0000-4000-8000-000000000001' AS id, '\\xFFab'::BLOB AS bytes, NULL::INTEGER AS nothing, '' AS blank,
  {'a': 1, 'b': [1, NULL], 'c': {'x': 'é'}} AS nested, MAP {'k': 2} AS pairs, [DATE '2024-01-01'] AS days`;
const TWO = `SELECT i::INTEGER AS id, 'x' || i AS "a""b;--" FROM range(3) t(i)`;
const OTHER = `SELECT 9::INTEGER AS id, true AS extra`;

beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const [i, sql] of [EVERY_TYPE, TWO, OTHER].entries()) {
    const path = join(root, `${i}.parquet`);
    await connection.run(
      `SET TimeZone = 'America/Toronto'; COPY (${sql}) TO ${quoteText(path)} (FORMAT parquet)`,
    );
    written.set(sql, readFileSync(path));
  }
  connection.disconnectSync();
  instance.closeSync();
});

describe('decoding Parquet', () => {
  it('B19: every type becomes text without loss, nested values as JSON, whatever the time zone', async () => {
    const { files, parts } = await decode([part(of(EVERY_TYPE))]);
    expect(parts[0]).toMatchObject({ rows: 1 });
    const [row] = await read(files);
    expect(row).toMatchObject({
      code: '007',
      big: '9007199254740993',
      huge: '18446744073709551615',
      money: '123456789012345678901234567890.12345678',
      d: '0.1',
      f: '0.1',
      nan: 'nan',
      yes: 'true',
      day: '2024-02-29',
      clock: '01:02:03.000004',
      wall: '2024-01-01T01:02:03.123456',
      instant: '2023-12-31T23:02:03Z',
      nanos: '2024-01-01T00:00:00.123456789',
      id: '0dd1a2b3-0000-4000-8000-000000000001',
      bytes: '\\xFFab',
      nothing: null,
      blank: '',
      nested: '{"a":1,"b":[1,null],"c":{"x":"é"}}',
      pairs: '{"k":2}',
      days: '["2024-01-01"]',
    });
  });

  it('B19: INT96, the timestamps of old writers, are wall times', async () => {
    const at = new Date('2015-03-14T09:26:53.589Z');
    const content = parquet({ name: 't', type: 3, data: int96(at, at), values: 2 });
    const { files } = await decode([part(content)]);
    expect((await read(files)).map((row) => row['t'])).toEqual(Array(2).fill('2015-03-14T09:26:53.589'));
  });

  it('binary columns without a type are text where the manifest says so', async () => {
    const content = parquet({ name: 's', type: 6, data: byteArrays(Buffer.from('né')), values: 1 });
    expect((await read((await decode([part(content)])).files))[0]!['s']).toBe('n\\xC3\\xA9');
    expect((await read((await decode([part(content, { encoding: 'UTF-8' })])).files))[0]!['s']).toBe('né');
    expect((await failure(decode([part(content, { encoding: 'latin-1' })]))).code).toBe('LK5012');
  });

  it('files of a part whose columns differ are read apart, and no two rows have one number', async () => {
    const paths = [of(TWO), of(OTHER), of(TWO)].map((content) => part(content).files[0]!);
    const { files, parts } = await decode([{ files: paths, decode: { format: 'parquet', rowId: 'id' } }]);
    expect(parts).toEqual([
      { partId: 'id0', rows: 7, columns: ['id', 'a"b;--', 'extra'], rowIdColumn: 'id' },
    ]);
    const rows = await read(files);
    expect(rows.map((row) => row['a"b;--'] ?? row['extra'])).toEqual([
      'x0',
      'x1',
      'x2',
      'x0',
      'x1',
      'x2',
      'true',
    ]);
    expect(new Set(rows.map((row) => row['_row'])).size).toBe(7);
  });

  it('several parts of one layout keep their own labels and variables', async () => {
    const parts = [1, 2].map((n) => ({ ...part(of(OTHER)), label: `p${n}`, variables: { year: `${n}` } }));
    const { files } = await decode(parts);
    expect((await read(files)).map((row) => [row['_source_part'], row['_year']])).toEqual([
      ['p1', '1'],
      ['p2', '2'],
    ]);
  });
});

describe('Parquet that cannot be read', () => {
  const text = byteArrays(Buffer.from('x'));
  it.each([
    ['B19: a file without its footer is refused by name', () => of(TWO).subarray(0, 100), 'LK5019'],
    ['B19: a file that ends early is refused by name', () => of(TWO).subarray(0, -20), 'LK5019'],
    ['B19: a wrong magic number is refused by name', () => Buffer.from('PAR2 and more than that'), 'LK5010'],
    ['B19: a footer of noise is refused by name', () => noise(of(TWO)), 'LK5019'],
    [
      'B19: an unknown codec is refused by name',
      () => parquet({ name: 's', type: 6, data: text, values: 1, codec: 77 }),
      'LK5019',
    ],
    [
      'B19: a page that claims two gibibytes is refused by name',
      () => parquet({ name: 's', type: 6, data: text, values: 1, claims: 2 ** 31 - 1 }),
      'LK5019',
    ],
    [
      'B19: a text that claims to be longer than its page is refused by name',
      () => parquet({ name: 's', type: 6, data: Buffer.from([255, 255, 255, 127, 120]), values: 1 }),
      'LK5019',
    ],
    [
      'B19: more values than the page has are refused by name',
      () => parquet({ name: 's', type: 6, data: text, values: 1_000_000 }),
      'LK5019',
    ],
  ] as [string, () => Buffer, string][])('%s', async (_, content, code) => {
    const good = part(of(OTHER));
    const [bad, fine] = await Promise.allSettled([decode([part(content())]), decode([good])]);
    const error = (bad as PromiseRejectedResult).reason as { code: string; message: string; hint: string };
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^part0: p\d+\.parquet /);
    expect(error.message.length).toBeLessThan(450);
    expect(error.hint).toBeDefined();
    expect(fine.status).toBe('fulfilled');
  });
});

/** The file with every byte of its footer turned round. */
function noise(content: Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = bytes.readUInt32LE(bytes.length - 8);
  for (let i = bytes.length - 8 - length; i < bytes.length - 8; i++) bytes[i] = bytes[i]! ^ 0xff;
  return bytes;
}
