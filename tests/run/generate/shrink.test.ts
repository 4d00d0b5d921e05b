/** Few rows that still show what many do. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Range, shrink, sizeOf } from '../../../src/run/generate/shrink.js';

const holds = (ranges: readonly Range[], row: number) =>
  ranges.some(([from, to]) => from <= row && row <= to);

it('finds the rows that are needed among many, with few trials', async () => {
  let trials = 0;
  const found = await shrink(
    [[1, 100_000]],
    async (ranges) => {
      trials += 1;
      return holds(ranges, 7) && holds(ranges, 77_777);
    },
    300,
  );
  expect(found).toEqual([
    [7, 7],
    [77_777, 77_777],
  ]);
  expect(trials).toBeLessThan(300);
});

it('what it keeps is accepted, whatever is asked and however few trials there are', async () => {
  const property = fc.asyncProperty(
    fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 4 }),
    fc.integer({ min: 0, max: 60 }),
    async (needed, trials) => {
      const accept = async (ranges: readonly Range[]) => needed.every((row) => holds(ranges, row));
      const kept = await shrink(
        [
          [1, 20],
          [21, 50],
        ],
        accept,
        trials,
      );
      expect(await accept(kept)).toBe(true);
      expect(sizeOf(kept)).toBeGreaterThan(0);
      if (trials === 60 && needed.length < 2) expect(sizeOf(kept)).toBe(1);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});
