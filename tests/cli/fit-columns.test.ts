import { describe, expect, test } from 'vitest';
import { fitColumns } from '../../src/cli/output/fit-columns.js';

const head = ['node', 'reason', 'rows'];
const rows = [['bronze.a', 'the portal counts fewer rows than the lake', '12']];
const numeric = [false, false, true];

describe('a table on a terminal', () => {
  test('stays as it is where there is room, or no terminal', () => {
    expect(fitColumns(head, rows, numeric, 100)).toEqual({ head, rows, left: 0 });
    expect(fitColumns(head, rows, numeric, undefined)).toEqual({ head, rows, left: 0 });
  });

  test('cuts the longest text first, never a number', () => {
    expect(fitColumns(head, rows, numeric, 40).rows).toEqual([['bronze.a', 'the portal counts few…', '12']]);
  });

  test('leaves out columns at the right when cutting is not enough, and says how many', () => {
    expect(fitColumns(head, rows, numeric, 28)).toEqual({
      head: ['node', 'reason'],
      rows: [['bronze.a', 'the portal co…']],
      left: 1,
    });
  });
});
