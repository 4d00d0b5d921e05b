import type { Duration, Portal } from '../project/types.js';
import type { FetchLimits } from './limits.js';

const minutes: Readonly<Record<Duration['unit'], number>> = {
  minute: 1,
  hour: 60,
  day: 24 * 60,
  week: 7 * 24 * 60,
  month: 30 * 24 * 60,
  year: 365 * 24 * 60,
};

/** Timers cannot count to a month. */
const longestMs = 24 * 60 * 60_000;

/** The limits for one portal: `timeout` and `max_bytes` of project.yml before the general ones. */
export function limitsOf(limits: FetchLimits, portal: Portal | undefined): FetchLimits {
  const { timeout, maxBytes } = portal ?? {};
  const silenceMs = timeout && Math.min(longestMs, timeout.count * minutes[timeout.unit] * 60_000);
  return {
    ...limits,
    ...(silenceMs && {
      headersMs: silenceMs,
      idleBodyMs: silenceMs,
      slowWindowMs: Math.max(limits.slowWindowMs, silenceMs),
      totalMs: Math.max(limits.totalMs, 2 * silenceMs),
    }),
    ...(maxBytes && { maxBodyBytes: maxBytes }),
  };
}
