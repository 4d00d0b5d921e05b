import { describe, expect, it } from 'vitest';
import type { BatchSize } from '../../src/compile/types.js';
import { batchDue, batchName, timeBatches } from '../../src/plan/batches.js';

const names = (
  size: BatchSize,
  begin: string,
  now: string,
  more: { readonly until?: string; readonly lookback?: number } = {},
) =>
  timeBatches({
    batches: { eventTime: 'at', begin, size, lookback: more.lookback ?? 1 },
    begin: Date.parse(begin),
    now: Date.parse(now),
    ...(more.until !== undefined && { until: Date.parse(more.until) }),
  }).map((batch) => batchName(batch, size));

describe('the batches of a first build', () => {
  it.each([
    ['hour', '2026-01-01T22:30Z', '2026-01-02T00:00Z', ['2026-01-01T22', '2026-01-01T23', '2026-01-02T00']],
    ['day', '2026-02-27T12:00Z', '2026-03-01T00:00Z', ['2026-02-27', '2026-02-28', '2026-03-01']],
    ['month', '2025-11-30T00:00Z', '2026-01-01T00:00Z', ['2025-11', '2025-12', '2026-01']],
    ['year', '2024-02-29T00:00Z', '2026-11-21T00:00Z', ['2024', '2025', '2026']],
  ] as const)('of one %s reach from that of begin to that of now', (size, begin, now, expected) => {
    expect(names(size, begin, now)).toEqual(expected);
  });

  it('are none when begin has not come', () => {
    expect(names('day', '2026-01-02T00:00Z', '2026-01-01T00:00Z')).toEqual([]);
  });

  it('follow each other without a gap or an overlap', () => {
    const batches = timeBatches({
      batches: { eventTime: 'at', begin: '', size: 'month', lookback: 1 },
      begin: Date.parse('2023-01-31T00:00Z'),
      now: Date.parse('2024-03-31T00:00Z'),
    });
    expect(batches).toHaveLength(15);
    for (const [i, { start }] of batches.entries()) if (i > 0) expect(start).toBe(batches[i - 1]!.end);
  });
});

describe('the batches of a later build', () => {
  const begin = '2026-01-01T00:00Z';
  it.each([
    [
      'the newest again, and one before it',
      '2026-01-06T00:00Z',
      '2026-01-05T09:00Z',
      1,
      ['2026-01-04', '2026-01-05'],
    ],
    ['the newest alone without lookback', '2026-01-06T00:00Z', '2026-01-05T09:00Z', 0, ['2026-01-05']],
    [
      'the newest of before and all since',
      '2026-01-03T00:00Z',
      '2026-01-05T09:00Z',
      1,
      ['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05'],
    ],
    ['nothing before begin', '2026-01-02T00:00Z', '2026-01-01T09:00Z', 9, ['2026-01-01']],
  ] as const)('are %s', (_, until, now, lookback, expected) => {
    expect(names('day', begin, now, { until, lookback })).toEqual(expected);
  });
});

it('a batch is due once its time has begun', () => {
  expect(batchDue('2026-01-02T00:00:00.000Z', Date.parse('2026-01-01T23:59Z'))).toBeUndefined();
  expect(batchDue('2026-01-02T00:00:00.000Z', Date.parse('2026-01-02T00:00Z'))).toBe('a new batch began');
  expect(batchDue(undefined, 0)).toBeUndefined();
});

describe('the batches that are asked for', () => {
  const asked = (since: string, until: string) =>
    timeBatches({
      batches: { eventTime: 'at', begin: '2026-01-02', size: 'day', lookback: 1 },
      begin: Date.parse('2026-01-02T00:00Z'),
      now: Date.parse('2026-01-09T12:00Z'),
      until: Date.parse('2026-01-10T00:00Z'),
      asked: { start: Date.parse(since), end: Date.parse(until) },
    }).map((batch) => batchName(batch, 'day'));

  it('hold the time that is asked for, its end not included', () => {
    expect(asked('2026-01-03T06:00Z', '2026-01-05T00:00Z')).toEqual(['2026-01-03', '2026-01-04']);
  });

  it('reach neither before begin nor beyond now', () => {
    expect(asked('2025-01-01T00:00Z', '2026-01-03T00:00Z')).toEqual(['2026-01-02']);
    expect(asked('2026-01-09T00:00Z', '2027-01-01T00:00Z')).toEqual(['2026-01-09']);
    expect(asked('2025-01-01T00:00Z', '2025-02-01T00:00Z')).toEqual([]);
  });
});
