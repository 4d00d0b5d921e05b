import { describe, expect, test } from 'vitest';
import { loadGuards, type PartCounts } from '../../../src/quality/guards/load-guards.js';
import { AT, dataset } from '../../support/dataset.js';

const part = (more: Partial<PartCounts>): PartCounts => ({
  label: 'x',
  kind: 'full',
  rows: 10,
  held: more.rows ?? 10,
  ...more,
});
const trips = (counts: PartCounts, guards = {}) =>
  loadGuards(dataset({ guards }), [counts], { published: true }).map((b) => b.guard);

describe('load guards', () => {
  test('a load that is what the portal counts passes', () => {
    expect(trips(part({ rows: 10, expected: 10, total: 10, before: 10 }))).toEqual([]);
  });

  test('F15: rows that differ from the portal’s count fail the load, in words that say what to do', () => {
    const [breach] = loadGuards(dataset(), [part({ rows: 999, expected: 1234 })], { published: true });
    expect(breach).toEqual({
      guard: 'count',
      code: 'LK4001',
      message: 'x: the portal counts 1,234 rows, 999 rows came',
      hint: 'the table may have changed while it was read; run the same command again, or, if this is right, run the same command with `--accept x:count`; the last good version stays published',
    });
  });

  test('an incremental load after which the lake would hold more than the portal', () => {
    expect(trips(part({ kind: 'incremental', rows: 2, expected: 2, held: 12, total: 11 }))).toEqual([
      'count',
    ]);
  });

  test('B1: an empty load fails, unless the manifest allows it', () => {
    expect(trips(part({ rows: 0, held: 0 }))).toEqual(['empty']);
    expect(trips(part({ rows: 0, held: 0 }), { allowEmpty: true })).toEqual([]);
  });

  test.each([1000, 2000, 10_000, 32_000, 50_000])(
    '%i rows look like a cap even when the portal counts as many',
    (rows) => {
      expect(trips(part({ rows, expected: rows }))).toEqual(['cap']);
    },
  );

  test('a cap of the manifest’s own, none at all, and files of for_each', () => {
    expect(trips(part({ rows: 777 }), { cap: [777] })).toEqual(['cap']);
    expect(trips(part({ rows: 1000 }), { cap: false })).toEqual([]);
    const perMatch = dataset({ source: { forEach: { dataset: 'matches', at: AT }, at: AT } });
    expect(loadGuards(perMatch, [part({ rows: 1000 })], { published: true })).toEqual([]);
  });

  test('F35: rows that drop by more than the manifest allows, by half where it says nothing', () => {
    expect(trips(part({ rows: 97, before: 100 }), { maxRowDrop: 0.02 })).toEqual(['row_drop']);
    expect(trips(part({ rows: 98, before: 100 }), { maxRowDrop: 0.02 })).toEqual([]);
    expect(trips(part({ rows: 49, before: 100 }))).toEqual(['row_drop']);
    expect(trips(part({ rows: 50, before: 100 }))).toEqual([]);
  });

  test('a table seen in the middle of its refresh: fewer rows, and whole batches of them', () => {
    const midway = { before: 384_687, batch: 20_000 };
    const [breach] = loadGuards(dataset(), [part({ ...midway, rows: 380_000 })], { published: true });
    expect(breach).toMatchObject({
      guard: 'half_refreshed',
      code: 'LK4014',
      message:
        'x: 384,687 rows before, 380,000 now, a multiple of 20,000: the portal seems to be in the middle of writing the table anew',
    });
    expect(trips(part({ ...midway, rows: 384_000 }))).toEqual([]);
    expect(trips(part({ ...midway, rows: 400_000 }))).toEqual([]);
    expect(trips(part({ ...midway, rows: 20_000 }))).toEqual(['row_drop']);
    expect(trips(part({ before: 384_687, rows: 380_000 }))).toEqual([]);
  });
});
