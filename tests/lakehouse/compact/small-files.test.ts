import { describe, expect, test } from 'vitest';
import { smallFiles } from '../../../src/lakehouse/compact/small-files.js';
import type { DataFile, TableState } from '../../../src/lakehouse/types.js';

const MIB = 1024 * 1024;

const file = (path: string, bytes: number, more: Partial<DataFile> = {}): DataFile => ({
  path,
  rows: 1,
  bytes,
  ...more,
});

function merges(files: readonly DataFile[], more: Partial<TableState> = {}): string[] {
  const state = { table: 'gold.x', files, ...more } as TableState;
  return smallFiles(state).map((bin) => bin.map(({ path }) => path).join(' '));
}

describe('files that become one', () => {
  test('are those below 64 MiB, as many as fit into 128 MiB, in their order', () => {
    const files = [
      file('a', 50 * MIB),
      file('big', 64 * MIB),
      file('b', 50 * MIB),
      file('c', 50 * MIB),
      file('d', 1),
    ];
    expect(merges(files)).toEqual(['a b', 'c d']);
  });

  test('are two or more: one alone stays, and so does a table that was merged before', () => {
    expect(merges([file('a', 1)])).toEqual([]);
    expect(merges([file('a', 128 * MIB), file('b', 100 * MIB), file('c', 1)])).toEqual([]);
    expect(merges([])).toEqual([]);
  });

  test('lie in one partition', () => {
    const of = (year: string | null) => ({ partition: { year } });
    const files = [
      file('a', 1, of('1')),
      file('b', 1, of(null)),
      file('c', 1, of('1')),
      file('d', 1, of('null')),
    ];
    expect(merges(files)).toEqual(['a c']);
  });

  test('in bronze are of one load, with the same columns and the same ids of rows', () => {
    const of = (loadId: string, part: string, columns = ['id']) => ({ loadId, parts: [part], columns });
    const files = [
      file('a', 1, of('l1', 'p')),
      file('b', 1, of('l2', 'p')),
      file('c', 1, of('l1', 'q')),
      file('d', 1, of('l1', 'p', ['ID'])),
      file('e', 1, of('l1', 'other')),
    ];
    const part = (rowId: string) => ({ rowId }) as never;
    const parts = { p: part('_id'), q: part('_id'), other: part(':id') };
    expect(merges(files, { table: 'bronze.x', parts })).toEqual(['a c']);
    expect(merges(files)).toEqual(['a b c d e']);
  });
});
