import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { keepsValue } from '../../src/quality/kept-values.js';

it.each<[written: string, type: string, kept: boolean]>([
  ['1', 'BIGINT', true],
  ['+1.0', 'BIGINT', true],
  ['1e3', 'INTEGER', true],
  ['0.4', 'BIGINT', false],
  ['-2.5', 'HUGEINT', false],
  ['1.50', 'DECIMAL(9,1)', true],
  ['1.55', 'DECIMAL(9,1)', false],
  ['0', 'DECIMAL(9,2)', true],
  ['0.1', 'DOUBLE', true],
  ['0.1234567890123456789', 'DOUBLE', true],
  ['0.1', 'FLOAT', true],
  ['12345678901234567890', 'DOUBLE', false],
  ['100000000000000000000', 'DOUBLE', true],
  ['16777217', 'FLOAT', false],
  ['2024-01-02', 'DATE', true],
  ['2024-01-02 00:00:00', 'DATE', true],
  ['2024-01-02 10:00', 'DATE', false],
  ['2024-01-02', 'TIMESTAMP', true],
  ['2024-01-02T10:00:00.123456Z', 'TIMESTAMP WITH TIME ZONE', true],
  ['2024-01-02 10:00:00.1234567', 'TIMESTAMP', false],
  ['2024-01-02 10:00:00.5', 'TIMESTAMP_S', false],
  ['true', 'BOOLEAN', true],
  ['1.50', 'VARCHAR', true],
  ['[1, 2]', 'BIGINT[]', true],
  ['[1, 0.4]', 'BIGINT[]', false],
  ['{"b": 1, "a": 2.50}', 'STRUCT(a DECIMAL(9,2), b INTEGER)', true],
  ['{"b": 1.5, "a": 2.50}', 'STRUCT(a DECIMAL(9,2), b INTEGER)', false],
  ['[0.1, 3]', 'DOUBLE[]', true],
])('%s as %s: kept %s', async (written, type, kept) => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = await connection.runAndReadAll(`select cast('${written}' as ${type})::varchar`);
  expect(keepsValue(written, String(reader.getRowsJson()[0]![0]), type)).toBe(kept);
  connection.closeSync();
});
