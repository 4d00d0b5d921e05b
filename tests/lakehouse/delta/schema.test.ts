import { describe, expect, test } from 'vitest';
import { deltaSchema, hasTimestampNtz } from '../../../src/lakehouse/delta/schema.js';

const typeOf = (type: string) => deltaSchema('gold.x', [{ name: 'c', type }]).fields[0]!.type;

describe('Delta types of DuckDB columns', () => {
  test.each([
    ['BOOLEAN', 'boolean'],
    ['TINYINT', 'byte'],
    ['SMALLINT', 'short'],
    ['INTEGER', 'integer'],
    ['BIGINT', 'long'],
    ['UTINYINT', 'short'],
    ['USMALLINT', 'integer'],
    ['UINTEGER', 'long'],
    ['FLOAT', 'float'],
    ['DOUBLE', 'double'],
    ['DECIMAL(38,0)', 'decimal(38,0)'],
    ['VARCHAR', 'string'],
    [`ENUM('a', 'b')`, 'string'],
    ['BLOB', 'binary'],
    ['DATE', 'date'],
    ['TIMESTAMP', 'timestamp_ntz'],
    ['TIMESTAMP_S', 'timestamp_ntz'],
    ['TIMESTAMP_MS', 'timestamp_ntz'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
    ['INTEGER[]', { type: 'array', elementType: 'integer', containsNull: true }],
    [
      'MAP(VARCHAR, DOUBLE)',
      { type: 'map', keyType: 'string', valueType: 'double', valueContainsNull: true },
    ],
    [
      'STRUCT(id INTEGER)',
      { type: 'struct', fields: [{ name: 'id', type: 'integer', nullable: true, metadata: {} }] },
    ],
  ])('%s', (type, expected) => expect(typeOf(type)).toEqual(expected));

  test.each([
    ['HUGEINT', 'DECIMAL(38,0)'],
    ['UBIGINT', 'DECIMAL(20,0)'],
    ['TIMESTAMP_NS', 'TIMESTAMP'],
    ['JSON', 'VARCHAR'],
    ['UUID', 'VARCHAR'],
    ['TIME', 'VARCHAR'],
    ['TIME WITH TIME ZONE', 'VARCHAR'],
    ['INTERVAL', 'VARCHAR'],
    ['BIT', 'VARCHAR'],
    ['"NULL"', 'VARCHAR'],
    ['UNION(k INTEGER)', 'VARCHAR'],
    ['DOUBLE[2]', 'a list, such as DOUBLE[]'],
  ])('%s is refused, with the cast that helps', (type, cast) => {
    expect(() => typeOf(type)).toThrow(
      expect.objectContaining({ code: 'LK6032', hint: `Cast it to ${cast} in the SQL.` }),
    );
  });

  test('a type deep inside is named by its path', () => {
    expect(() =>
      deltaSchema('gold.x', [{ name: 'team', type: 'STRUCT(members STRUCT(since TIME)[])' }]),
    ).toThrow('gold.x: column "team.members.since" is TIME, which Delta tables cannot store');
  });

  test('names that differ only in case are refused, in structs too', () => {
    const twins = [
      { name: 'Name', type: 'VARCHAR' },
      { name: 'name', type: 'VARCHAR' },
    ];
    expect(() => deltaSchema('gold.x', twins)).toThrow(
      expect.objectContaining({
        code: 'LK6033',
        message: 'gold.x: the columns "Name" and "name" differ only in case',
      }),
    );
    expect(() => typeOf('STRUCT(a INTEGER, "A" INTEGER)')).toThrow(
      expect.objectContaining({ code: 'LK6033' }),
    );
  });

  test('timestamps without zone are found wherever they stand', () => {
    const found = (type: string) => hasTimestampNtz(typeOf(type));
    expect(
      ['TIMESTAMP', 'TIMESTAMP[]', 'MAP(VARCHAR, TIMESTAMP)', 'STRUCT(a STRUCT(b TIMESTAMP_S))'].map(found),
    ).toEqual([true, true, true, true]);
    expect(['TIMESTAMP WITH TIME ZONE', 'DATE', 'VARCHAR[]'].map(found)).toEqual([false, false, false]);
  });
});
