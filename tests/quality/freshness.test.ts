import { describe, expect, test } from 'vitest';
import { judgeFreshness } from '../../src/quality/freshness.js';

const limits = {
  of: 'portal',
  warnAfter: { count: 1, unit: 'day' },
  errorAfter: { count: 1, unit: 'week' },
} as const;
const judge = (at: string | undefined, now: string) => judgeFreshness(limits, at, Date.parse(now));

describe('freshness', () => {
  test.each([
    ['2026-10-01', '2026-10-01T23:00:00Z', 'pass', 1],
    ['2026-10-01', '2026-10-02T12:00:00Z', 'warn', 1.5],
    ['2026-10-01 10:00:00+00', '2026-10-09T10:00:00Z', 'error', 8],
    ['2026-10-01 10:00:00.25', '2026-10-01T11:00:00Z', 'pass', 0],
    ['2026-10-01T10:00:00.000Z', '2026-10-01T11:00:00Z', 'pass', 0],
    ['2026-10-02T10:00:00+02:00', '2026-10-01T11:00:00Z', 'pass', 0],
  ])('data of %s is at %s: %s', (at, now, status, ageDays) => {
    expect(judge(at, now)).toEqual({ status, ageDays });
  });

  test.each([[undefined], ['last week']])('of %s nobody knows', (at) => {
    expect(judge(at, '2026-10-01T11:00:00Z')).toEqual({ status: 'unknown' });
  });
});
