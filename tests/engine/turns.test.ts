import { setImmediate as later } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { takeTurns } from '../../src/engine/turns.js';

it('runs so many at once, in the order in which they came, and goes on after a failure', async () => {
  const inTurn = takeTurns(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    [0, 1, 2, 3, 4, 5].map((job) =>
      inTurn(async () => {
        started.push(job);
        most = Math.max(most, ++running);
        await later();
        running -= 1;
        if (job % 2 === 1) throw new Error(`job ${job}`);
        return job;
      }),
    ),
  );
  expect(started).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
    0,
    'failed',
    2,
    'failed',
    4,
    'failed',
  ]);
});
