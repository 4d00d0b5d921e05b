import { expect, test } from 'vitest';
import { logRetention, parseInterval } from '../../../src/lakehouse/delta/interval.js';

const DAY = 24 * 60 * 60 * 1000;

test.each([
  ['interval 30 days', 30 * DAY],
  ['INTERVAL 1 week', 7 * DAY],
  ['2 weeks 1 day', 15 * DAY],
  ['interval 36 hours', 1.5 * DAY],
  ['interval 0 seconds', 0],
])('%j is %d milliseconds', (text, expected) => {
  expect(parseInterval(text)).toBe(expected);
});

test.each(['', 'interval', 'interval 1 month', '30', 'days 30', 'interval -1 days'])(
  '%j is no span',
  (text) => {
    expect(parseInterval(text)).toBeUndefined();
    expect(logRetention({ 'delta.logRetentionDuration': text })).toBe(30 * DAY);
  },
);
