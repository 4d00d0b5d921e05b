import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { parseDuckDBType } from '../../../src/lakehouse/delta/duckdb-type.js';

const plain = (name: string, ...args: string[]) => ({ kind: 'plain', name, args });
const list = (element: object, fixed = false) => ({ kind: 'list', element, fixed });

describe('names of DuckDB types', () => {
  test.each([
    ['VARCHAR', plain('VARCHAR')],
    ['timestamp with time zone', plain('TIMESTAMP WITH TIME ZONE')],
    ['DECIMAL(10,2)', plain('DECIMAL', '10', '2')],
    [`ENUM('b', 'it''s, )')`, plain('ENUM', `'b'`, `'it''s, )'`)],
    ['INTEGER[]', list(plain('INTEGER'))],
    ['INTEGER[2][]', list(list(plain('INTEGER'), true))],
    ['MAP(VARCHAR, INTEGER[])', { kind: 'map', key: plain('VARCHAR'), value: list(plain('INTEGER')) }],
    [
      'STRUCT("a ""b" INTEGER, c DECIMAL(4,1)[])[]',
      list({
        kind: 'struct',
        fields: [
          { name: 'a "b', type: plain('INTEGER') },
          { name: 'c', type: list(plain('DECIMAL', '4', '1')) },
        ],
      }),
    ],
  ])('%s', (text, type) => expect(parseDuckDBType(text)).toEqual(type));

  test.each([
    '',
    '"NULL"',
    'INTEGER[',
    'STRUCT(',
    'STRUCT(a)',
    'MAP(VARCHAR)',
    'DECIMAL(10',
    'INTEGER)',
    `VARCHAR; drop`,
  ])('%j is none', (text) => expect(parseDuckDBType(text)).toBeUndefined());

  test('every name that DuckDB itself prints for odd struct fields is read', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const names = ['a b', 'select', 'é', 'x,y', '(', '1a', 'a"b', 'Mixed', "it's"];
    const fields = names.map((name) => `"${name.replaceAll('"', '""')}" := [1.5::decimal(8,3)]`);
    const reader = await connection.runAndReadAll(`describe select struct_pack(${fields.join(', ')}) s`);
    const type = parseDuckDBType(String(reader.getRowObjects()[0]!['column_type']));
    expect(type).toMatchObject({ kind: 'struct', fields: names.map((name) => ({ name })) });
  });
});
