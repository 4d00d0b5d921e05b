import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/project/types.js';
import { rowNames } from '../../src/quality/unit-rows.js';
import { compareRows, namedCells } from '../../src/quality/unit-test.js';

const columns = ['id', 'day', 'hood'];

describe('compareRows', () => {
  it('order does not count, repeated rows do', () => {
    const a = ['a', '2004-01-03', null] as const;
    const b = ['b', null, '023'] as const;
    expect(compareRows([a, b, a], [a, a, b], columns)).toEqual({ equal: true, differing: 0, diff: '' });
    expect(compareRows([a, b], [a, b, a], columns).equal).toBe(false);
    expect(compareRows([], [], columns).equal).toBe(true);
  });

  it('NULL, the empty text and the text NULL are three values', () => {
    expect(compareRows([[null]], [['']], ['n']).equal).toBe(false);
    expect(compareRows([[null]], [['NULL']], ['n']).equal).toBe(false);
  });

  it('a cell that a row does not name is not compared in that row, and others find their partner all the same', () => {
    const any = ['a', undefined, undefined] as const;
    const exact = ['a', '1', null] as const;
    const rows = [
      ['a', '1', null],
      ['a', '2', 'x'],
    ];
    expect(compareRows([any, exact], rows, columns).equal).toBe(true);
    expect(compareRows([exact, any], [...rows].reverse(), columns).equal).toBe(true);
    expect(compareRows([exact, exact], rows, columns).equal).toBe(false);
  });

  it('shows rows that differ beside their nearest, then missing ones, then those that are too many', () => {
    const expected = [
      ['a', '2004-01-03', '023'],
      ['b', '2004-01-03', '023'],
      ['c', '2004-01-05', undefined],
      ['d', null, null],
    ];
    const actual = [
      ['a', '2004-01-03', '023'],
      ['b', '2004-01-02', null],
      ['x', '2030-01-01', 'line\nbreak'],
      ['d', null, null],
      ['y', '2031-01-01', 'a text that is longer than anyone would read in a cell'],
    ];
    expect(compareRows(expected, actual, columns).diff).toBe(
      [
        'expected 4 rows, got 5: ~ 1 different (expected → actual), - 1 missing, + 2 not expected',
        '   id  day                      hood',
        '~  b   2004-01-03 → 2004-01-02  023 → NULL',
        '-  c   2004-01-05',
        '+  x   2030-01-01               line⏎break',
        '+  y   2031-01-01               a text that is longer than anyone would…',
      ].join('\n'),
    );
  });

  it('says so when nothing came out', () => {
    expect(compareRows([['1']], [], ['n']).diff).toBe('expected 1 row, got 0: - 1 missing\n   n\n-  1');
    expect(compareRows([], [['1']], ['n']).diff).toBe('expected 0 rows, got 1: + 1 not expected\n   n\n+  1');
  });

  it('any shuffle of the rows, with any of their cells left out, is equal; one changed cell is not', () => {
    const cell = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null });
    const bag = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 12 });
    const property = fc.property(
      bag.chain((rows) =>
        fc.tuple(
          fc.constant(rows),
          fc.shuffledSubarray(rows, { minLength: rows.length }),
          fc.infiniteStream(fc.boolean()),
        ),
      ),
      ([rows, shuffled, leaveOut]) => {
        const expected = shuffled.map((row) =>
          row.map((value) => (leaveOut.next().value ? undefined : value)),
        );
        expect(compareRows(expected, rows, columns).equal).toBe(true);
        expect(compareRows(shuffled, [['z', ...rows[0]!.slice(1)], ...rows.slice(1)], columns).equal).toBe(
          false,
        );
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});

describe('what a test expects', () => {
  const expect_: readonly Readonly<Record<string, Json>>[] = [
    { id: 'a', hood: null },
    { id: 'b', day: '2004-01-03' },
  ];

  it('the columns of all rows, in order of first mention', () => {
    expect(rowNames(expect_)).toEqual(['id', 'hood', 'day']);
    expect(rowNames([])).toEqual([]);
  });

  it('rows that the engine printed lose the cells that the test does not name', () => {
    const printed = [
      ['a', null, null],
      ['b', null, '2004-01-03'],
    ];
    expect(namedCells(expect_, ['id', 'hood', 'day'], printed)).toEqual([
      ['a', null, undefined],
      ['b', undefined, '2004-01-03'],
    ]);
  });
});
