/** Divides the time that a backfill asks for into stretches of a cursor. Pure. */
import type { Since } from '../sources/types.js';
import type { Backfill } from './types.js';

/**
 * One stretch for each calendar unit from `since` to `until` (left out: to the end of today, UTC), the first and last cut
 * to them; weeks begin on Monday. Each holds the cursor values at or after its beginning and before its end. System
 * cursors (`:updated_at`) are instants in UTC, all others the portal's own time.
 */
export function stretchesOf({ since, until, by }: Backfill, column: string, now: Date): readonly Since[] {
  const end = until === undefined ? nextOf(now, 'day') : dateOf(until);
  const suffix = column.startsWith(':') ? 'Z' : '';
  const text = (date: Date): string => date.toISOString().replace('Z', suffix);
  const found: Since[] = [];
  for (let from = dateOf(since); from < end; ) {
    const next = by === undefined ? end : nextOf(from, by);
    const to = next < end ? next : end;
    found.push({ column, value: text(from), until: text(to) });
    from = to;
  }
  return found;
}

/** Midnight of an ISO 8601 date, or the instant; what names no time zone is read as UTC. Invalid Date where it is neither. */
export function dateOf(text: string): Date {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return new Date(`${text}T00:00:00Z`);
  return new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}

/** The beginning of the calendar unit after the one that an instant lies in. */
function nextOf(date: Date, by: NonNullable<Backfill['by']>): Date {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (by) {
    case 'day':
      return new Date(Date.UTC(year, month, day + 1));
    case 'week':
      return new Date(Date.UTC(year, month, day + 7 - ((date.getUTCDay() + 6) % 7)));
    case 'month':
      return new Date(Date.UTC(year, month + 1, 1));
    case 'year':
      return new Date(Date.UTC(year + 1, 0, 1));
  }
}
