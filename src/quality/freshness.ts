/** Whether data is older than the manifest allows. Pure. */
import type { Dataset, Duration } from '../project/types.js';

export type Freshness = 'pass' | 'warn' | 'error' | 'unknown';

/** Months and years at their mean length. */
const DAYS: Readonly<Record<Duration['unit'], number>> = {
  minute: 1 / 1440,
  hour: 1 / 24,
  day: 1,
  week: 7,
  month: 30.44,
  year: 365.25,
};

export function milliseconds({ count, unit }: Duration): number {
  return count * DAYS[unit] * 86_400_000;
}

/**
 * @param at When the data is from, ISO 8601; a date counts from its first instant in UTC. Undefined: nobody knows.
 * @param now Milliseconds since 1970.
 */
export function judgeFreshness(
  { warnAfter, errorAfter }: NonNullable<Dataset['freshness']>,
  at: string | undefined,
  now: number,
): { readonly status: Freshness; readonly ageDays?: number } {
  const then = at === undefined ? Number.NaN : instant(at);
  if (Number.isNaN(then)) return { status: 'unknown' };
  const age = now - then;
  const beyond = (limit: Duration | undefined) => limit !== undefined && age > milliseconds(limit);
  return {
    status: beyond(errorAfter) ? 'error' : beyond(warnAfter) ? 'warn' : 'pass',
    ageDays: Math.max(0, Math.round((age / 86_400_000) * 10) / 10),
  };
}

/** A date, or what DuckDB writes: `2026-10-01 10:00:00+00`; wall time is taken as UTC. */
function instant(text: string): number {
  const [, day = text, time, offset = ''] = /^(\S+?)[ T](\d\d:\d\d:\d\d[.\d]*)(.*)$/.exec(text) ?? [];
  if (time === undefined) return Date.parse(text);
  return Date.parse(`${day}T${time}${/^[+-]\d\d$/.test(offset) ? `${offset}:00` : offset || 'Z'}`);
}
