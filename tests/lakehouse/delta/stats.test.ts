import { describe, expect, test } from 'vitest';
import { deltaSchema } from '../../../src/lakehouse/delta/schema.js';
import { columnsInFile, fileStats } from '../../../src/lakehouse/delta/stats.js';

const fields = (types: Record<string, string>) =>
  deltaSchema(
    'gold.x',
    Object.entries(types).map(([name, type]) => ({ name, type })),
  ).fields;

const statsOf = (type: string, stats: Record<string, string>, name = 'c'): string =>
  fileStats(
    { rows: 2, columnStats: { [`"${name.replaceAll('"', '""')}"`]: stats } },
    fields({ [name]: type }),
  );

const bounds = (type: string, min: string, max: string, more: Record<string, string> = {}): string =>
  statsOf(type, { min, max, null_count: '1', ...more });

const json = (min: string, max: string): string =>
  `{"numRecords":2,"minValues":{"c":${min}},"maxValues":{"c":${max}},"nullCount":{"c":1}}`;

const unbounded = '{"numRecords":2,"nullCount":{"c":1}}';

describe('statistics of a file', () => {
  test.each([
    ['BIGINT', '-9223372036854775808', '9223372036854775807'],
    ['DECIMAL(38,8)', '-0.50000000', '123456789012345678901234567890.12345678'],
    ['UTINYINT', '0', '255'],
  ])('%s is copied digit by digit', (type, min, max) => expect(bounds(type, min, max)).toBe(json(min, max)));

  test('text is never cut, and escaped', () => {
    expect(bounds('VARCHAR', 'a"\n\0', 'é'.repeat(128))).toBe(
      json('"a\\"\\n\\u0000"', `"${'é'.repeat(128)}"`),
    );
    expect(bounds('VARCHAR', '', 'x')).toBe(json('""', '"x"'));
  });

  test('text that DuckDB gives no bounds for has none', () => {
    expect(statsOf('VARCHAR', { null_count: '1' })).toBe(unbounded);
  });

  test('NaN and infinity are no bounds', () => {
    expect(bounds('DOUBLE', '1.5', '1e+300', { has_nan: 'false' })).toBe(json('1.5', '1e+300'));
    expect(bounds('DOUBLE', '-0.0', '2.5', { has_nan: 'false' })).toBe(json('-0.0', '2.5'));
    expect(bounds('DOUBLE', '1.5', '2.5', { has_nan: 'true' })).toBe(unbounded);
    expect(bounds('DOUBLE', '1.5', '2.5')).toBe(unbounded);
    expect(bounds('FLOAT', '-inf', '2.5', { has_nan: 'false' })).toBe(unbounded);
    expect(bounds('DOUBLE', '1.5', 'inf', { has_nan: 'false' })).toBe(unbounded);
  });

  test('booleans are false and true, binaries have no bounds', () => {
    expect(bounds('BOOLEAN', '0', '1')).toBe(json('false', 'true'));
    expect(bounds('BLOB', '78', '79')).toBe(
      '{"numRecords":2,"minValues":{},"maxValues":{},"nullCount":{"c":1}}',
    );
  });

  test('dates outside 0000 to 9999 have no bound', () => {
    expect(bounds('DATE', '2024-01-02', '9999-12-31')).toBe(json('"2024-01-02"', '"9999-12-31"'));
    expect(bounds('DATE', '0044-03-15 (BC)', '2024-01-02')).toBe(unbounded);
    expect(bounds('DATE', '2024-01-02', 'infinity')).toBe(unbounded);
    expect(bounds('DATE', '2024-01-02', '12345-01-01')).toBe(unbounded);
  });

  test('timestamps are ISO milliseconds: the lower bound rounded down, the upper one up', () => {
    const [min, max] = ['2024-01-02 03:04:05.123456', '2024-01-02 03:04:05.123001'];
    expect(bounds('TIMESTAMP', min, max)).toBe(
      json('"2024-01-02T03:04:05.123"', '"2024-01-02T03:04:05.124"'),
    );
    expect(bounds('TIMESTAMP WITH TIME ZONE', `${min}+00`, `${max}+00`)).toBe(
      json('"2024-01-02T03:04:05.123Z"', '"2024-01-02T03:04:05.124Z"'),
    );
    expect(bounds('TIMESTAMP', '1969-12-31 23:59:59.9995', '1969-12-31 23:59:59.9995')).toBe(
      json('"1969-12-31T23:59:59.999"', '"1970-01-01T00:00:00.000"'),
    );
    expect(bounds('TIMESTAMP', '2024-01-01 00:00:00', '9999-12-31 23:59:59')).toBe(
      json('"2024-01-01T00:00:00.000"', '"9999-12-31T23:59:59.000"'),
    );
    expect(bounds('TIMESTAMP', '2024-01-01 00:00:00', '9999-12-31 23:59:59.9995')).toBe(unbounded);
    expect(bounds('TIMESTAMP', '-infinity', '2024-01-01 00:00:00')).toBe(unbounded);
  });

  test('one column without bounds takes them from the whole file, one without a count the counts as well', () => {
    const good = { min: '1', max: '2', null_count: '0' };
    const both = fields({ a: 'INTEGER', b: 'VARCHAR' });
    const stats = (b: Record<string, string>) =>
      fileStats({ rows: 2, columnStats: { '"a"': good, '"b"': b } }, both);
    expect(stats({ min: 'x', null_count: '1' })).toBe('{"numRecords":2,"nullCount":{"a":0,"b":1}}');
    expect(stats({ min: 'x', max: 'x' })).toBe('{"numRecords":2}');
    expect(fileStats({ rows: 2, columnStats: {} }, both)).toBe('{"numRecords":2}');
  });

  test('a column that is NULL in all rows, or not in the file at all, needs no bounds', () => {
    const both = fields({ c: 'INTEGER', empty: 'VARCHAR', later: 'DATE' });
    const columnStats = { '"c"': { min: '7', max: '8', null_count: '1' }, '"empty"': { null_count: '2' } };
    expect(fileStats({ rows: 2, columnStats }, both, ['later'])).toBe(
      '{"numRecords":2,"minValues":{"c":7},"maxValues":{"c":8},"nullCount":{"c":1,"empty":2,"later":2}}',
    );
  });

  test('nested columns have no statistics, and are not taken for others', () => {
    const leaf = { min: '1', max: '2', null_count: '0' };
    const own = { min: '7', max: '8', null_count: '1' };
    const list = { '"s"."element"': leaf, '"c"': own };
    expect(fileStats({ rows: 2, columnStats: list }, fields({ s: 'INTEGER[]', c: 'INTEGER' }))).toBe(
      json('7', '8'),
    );
    const struct = { '"s"."c"': leaf, '"c"': own };
    expect(
      fileStats({ rows: 2, columnStats: struct }, fields({ s: 'STRUCT(c INTEGER)', c: 'INTEGER' })),
    ).toBe(unbounded);
    expect(columnsInFile(struct)).toEqual(new Set(['s', 'c']));
  });

  test.each(['a b', 'we.ird"q', '__proto__', 'é', 'a"."b'])('the column name %j', (name) => {
    expect(JSON.parse(statsOf('INTEGER', { min: '1', max: '2', null_count: '0' }, name)).minValues).toEqual(
      JSON.parse(`{${JSON.stringify(name)}:1}`),
    );
  });
});
