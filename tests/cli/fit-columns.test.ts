import { describe, expect, test } from 'vitest';
import { fitColumns } from '../../src/cli/output/fit-columns.js';

const head = ['node', 'reason', 'rows'];
const rows = [['bronze.a', 'the portal counts fewer rows than the lake', '12']];
const numeric = [false, false, true];

describe('a table on a terminal', () => {
  test('stays as it is where there is room, or no terminal', () => {
    expect(fitColumns(head, rows, numeric, 100)).toMatchObject({ head, rows, shown: [0, 1, 2] });
    expect(fitColumns(head, rows, numeric, undefined)).toMatchObject({ head, rows, shown: [0, 1, 2] });
  });

  test('cuts the longest text first, never a number', () => {
    expect(fitColumns(head, rows, numeric, 40).rows).toEqual([['bronze.a', 'the portal counts few…', '12']]);
  });

  test('leaves out columns at the right when cutting is not enough, the first stays', () => {
    expect(fitColumns(head, rows, numeric, 28)).toMatchObject({
      head: ['node', 'reason'],
      rows: [['bronze.a', 'the portal co…']],
      shown: [0, 1],
    });
  });

  test('shows names whole that are typed elsewhere: the columns beside them make room', () => {
    const names = [
      ['gold.requests_by_type_and_month', 'silver.requests silver.types', '3', 'models/gold/x.sql'],
    ];
    const heads = ['node', 'depends_on', 'tests', 'file'];
    expect(fitColumns(heads, names, [true, false, true, false], 72).rows).toEqual([
      ['gold.requests_by_type_and_month', 'silver.reques…', '3', 'models/gold/x…'],
    ]);
    expect(fitColumns(heads, names, [true, false, true, false], 50)).toMatchObject({
      head: ['node', 'depends_on'],
      rows: [['gold.requests_by_type_and_month', 'silver.reques…']],
      shown: [0, 1],
    });
  });

  test('wraps sentences, which say why, and rather leaves out other columns than them', () => {
    const long = [['bronze.a', 'the portal counts fewer rows than the lake', '12']];
    expect(fitColumns(head, long, numeric, 50, 1).rows).toEqual([
      ['bronze.a', 'the portal counts fewer rows\nthan the lake', '12'],
    ]);
    expect(fitColumns(head, long, numeric, 44, 1)).toMatchObject({
      head: ['node', 'reason'],
      rows: [['bronze.a', 'the portal counts fewer rows\nthan the lake']],
      shown: [0, 1],
    });
    const word = [['a', 'https://data.example.org/a-very-long-address', '1']];
    expect(
      fitColumns(head, word, numeric, 44, 1)
        .rows[0]![1]!.split('\n')
        .every((line) => line.length <= 34),
    ).toBe(true);
  });
});
