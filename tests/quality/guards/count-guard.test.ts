import { describe, expect, test } from 'vitest';
import { miscount, type PartCounts } from '../../../src/quality/guards/count-guard.js';

/** A part of a hundred rows, read whole. */
const part = (more: Partial<PartCounts>): PartCounts => ({
  label: 'x',
  kind: 'full',
  rows: 100,
  expected: 100,
  held: 100,
  total: 100,
  ...more,
});

describe('a reading is whole', () => {
  test.each<[string, Partial<PartCounts>]>([
    ['as many rows as were counted, before and after', { after: 100 }],
    ['as many as were counted, where nobody counts afterwards', {}],
    ['where nobody counts at all', { expected: undefined, total: undefined, rows: 7 }],
    ['second reading: the count after it, confirmed', { safe: true, rows: 104, held: 104, after: 104 }],
    ['second reading: the same count of other data', { safe: true, after: 100, moved: true }],
    [
      'second reading, by key: between two close counts of data that moved',
      {
        safe: true,
        byKey: true,
        moved: true,
        expected: 1000,
        total: 1000,
        after: 1008,
        rows: 1005,
        held: 1005,
      },
    ],
    ['a stretch of the cursor, and the whole', { kind: 'incremental', rows: 3, expected: 3, after: 100 }],
    [
      'a stretch that changed while it was read a second time, where the whole fits',
      { kind: 'incremental', safe: true, moved: true, rows: 5, expected: 3, held: 102, after: 102 },
    ],
  ])('%s', (_, more) => {
    expect(miscount(part(more))).toBeUndefined();
  });
});

describe('a reading is not whole', () => {
  test.each<[string, Partial<PartCounts>, string, boolean]>([
    ['fewer rows than counted', { rows: 99, after: 100 }, 'the portal counts 100 rows, 99 rows came', true],
    ['more rows than counted', { rows: 101 }, 'the portal counts 100 rows, 101 rows came', true],
    [
      'another count afterwards',
      { after: 101 },
      'the table changed while it was read: 100 rows before, 101 after, 100 came',
      true,
    ],
    [
      'the same count of other data',
      { after: 100, moved: true },
      'the table changed while it was read: 100 rows before, 100 after, 100 came',
      true,
    ],
    [
      'second reading: a short answer that a wrong count before it would excuse',
      { safe: true, rows: 99, expected: 99, total: 99, after: 100 },
      'the table changed while it was read: 99 rows before, 100 after, 99 came',
      true,
    ],
    [
      'second reading: counts after it that are not the same',
      { safe: true, rows: 99, firstAfter: 98, after: 99, unsure: true },
      "the table changed while it was read: 100 rows before, 98 and then 99 after, 99 came: the portal's count does not hold still",
      true,
    ],
    [
      'second reading, by key: between two counts that are far from each other',
      { safe: true, byKey: true, moved: true, rows: 90, after: 20 },
      'the table changed while it was read: 100 rows before, 20 after, 90 came',
      true,
    ],
    [
      'a stretch that came short: it is read again as a stretch',
      { kind: 'incremental', rows: 2, expected: 3, held: 99 },
      'the portal counts 3 rows, 2 rows came',
      false,
    ],
    [
      'a stretch that came, of a whole that lacks rows: all is read',
      { kind: 'incremental', rows: 3, expected: 3, held: 98 },
      'the portal counts 100 rows in all, the lake would hold 98',
      true,
    ],
    [
      'a stretch that came while the rest moved: it is read again as a stretch',
      { kind: 'incremental', rows: 3, expected: 3, after: 101 },
      'the table changed while it was read: 100 rows before, 101 after, 100 came',
      false,
    ],
  ])(
    'F11, F15: a reading whose counts do not fit is not whole, and says what came: %s',
    (_, more, message, inFull) => {
      expect(miscount(part(more))).toMatchObject({ message, inFull });
    },
  );
});
