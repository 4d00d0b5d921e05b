import { describe, expect, test } from 'vitest';
import { type Job, type Pool, schedule } from '../../src/run/scheduler.js';

const LIMITS = { network: 2, engine: 1 } as const;
const never = new AbortController().signal;

/** Jobs written as `{a: {needs: ['b'], fails: true}}`, and what happened to them, in order. */
function story(
  spec: Record<
    string,
    { needs?: string[]; after?: string[]; pool?: Pool; fails?: boolean; onRun?: () => void }
  >,
): { jobs: Job[]; log: string[]; most: Record<Pool, number> } {
  const log: string[] = [];
  const now: Record<Pool, number> = { network: 0, engine: 0 };
  const most: Record<Pool, number> = { network: 0, engine: 0 };
  const jobs = Object.entries(spec).map(
    ([id, { needs = [], after = [], pool = 'network', fails, onRun }]): Job => ({
      id,
      pool,
      needs,
      after,
      async run() {
        now[pool] += 1;
        most[pool] = Math.max(most[pool], now[pool]);
        onRun?.();
        await new Promise((resolve) => setTimeout(resolve, 2));
        now[pool] -= 1;
        log.push(`${id} ${fails ? 'failed' : 'ran'}`);
        return !fails;
      },
      skip: (because) => log.push(`${id} skipped because of ${because}`),
      cancel: () => log.push(`${id} cancelled`),
    }),
  );
  return { jobs, log, most };
}

describe('the scheduler', () => {
  test('runs a job after everything it needs', async () => {
    const { jobs, log } = story({
      gold: { needs: ['silver'], pool: 'engine' },
      silver: { needs: ['bronze'], pool: 'engine' },
      bronze: {},
    });
    await schedule(jobs, { limits: LIMITS, signal: never });
    expect(log).toEqual(['bronze ran', 'silver ran', 'gold ran']);
  });

  test('F36: skips what needs a failed job, and only that, and names the job that failed', async () => {
    const { jobs, log } = story({ a: { fails: true }, b: { needs: ['a'] }, c: { needs: ['b'] }, other: {} });
    await schedule(jobs, { limits: LIMITS, signal: never });
    expect(log).toEqual(['a failed', 'b skipped because of a', 'c skipped because of a', 'other ran']);
  });

  test('runs a job after one that it only waits for, even when that failed', async () => {
    const { jobs, log } = story({ a: { fails: true }, b: { after: ['a'] } });
    await schedule(jobs, { limits: LIMITS, signal: never });
    expect(log).toEqual(['a failed', 'b ran']);
  });

  test('keeps each pool within its limit', async () => {
    const { jobs, most } = story({
      ...Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((id) => [id, {}])),
      ...Object.fromEntries(['v', 'w', 'x'].map((id) => [id, { pool: 'engine' as const }])),
    });
    await schedule(jobs, { limits: LIMITS, signal: never });
    expect(most).toEqual({ network: 2, engine: 1 });
  });

  test('F22: a scheduler that is stopped ends what runs and cancels the rest', async () => {
    const stop = new AbortController();
    const { jobs, log } = story({
      a: { onRun: () => stop.abort() },
      b: { needs: ['a'] },
      c: { needs: ['b'] },
    });
    await schedule(jobs, { limits: LIMITS, signal: stop.signal });
    expect(log).toEqual(['a ran', 'b cancelled', 'c cancelled']);
  });

  test('ignores needs outside the walk: they are pinned, not built', async () => {
    const { jobs, log } = story({ gold: { needs: ['silver.not_selected'] } });
    await schedule(jobs, { limits: LIMITS, signal: never });
    expect(log).toEqual(['gold ran']);
  });
});
