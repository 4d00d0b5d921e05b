/** Microbatches: which windows of time a run builds. Pure; all times are milliseconds since 1970, in UTC. */
import type { BatchSize, IncrementalSpec } from '../compile/types.js';

/** From `start`, up to but without `end`. */
export interface TimeBatch {
  readonly start: number;
  readonly end: number;
}

export interface BatchRange {
  readonly batches: NonNullable<IncrementalSpec['batches']>;
  /** Milliseconds of `begin`. */
  readonly begin: number;
  /** The moment of the run: the batch that it falls into is the last one. */
  readonly now: number;
  /** End of the newest batch that the table has; undefined to build all. */
  readonly until?: number;
  /** Only the batches of this time; its end is not included. */
  readonly asked?: TimeBatch;
}

/**
 * Windows one after the other, without a gap. All from `begin` on; or, where the table has some, `lookback` before that of now,
 * and those that began since: a run that was left out leaves no hole. The newest batch of before was not over and is built again.
 */
export function timeBatches({ batches, begin, now, until, asked }: BatchRange): readonly TimeBatch[] {
  const { size, lookback } = batches;
  const first = startOf(begin, size);
  const last = asked ? Math.min(now, asked.end - 1) : now;
  let from = first;
  if (asked) from = Math.max(first, startOf(asked.start, size));
  else if (until !== undefined) {
    from = startOf(now, size);
    for (let n = 0; n < lookback; n += 1) from = startOf(from - 1, size);
    from = Math.max(first, Math.min(from, startOf(until - 1, size)));
  }
  const found: TimeBatch[] = [];
  for (let start = from; start <= last; ) {
    const end = endOf(start, size);
    found.push({ start, end });
    start = end;
  }
  return found;
}

/** `a new batch began` where the table does not reach to now. */
export function batchDue(until: string | undefined, now: number): string | undefined {
  return until !== undefined && Date.parse(until) <= now ? 'a new batch began' : undefined;
}

/** `2026-01-03`, `2026-01-03T14`, `2026-01`, `2026`: names a batch for people and files. */
export function batchName({ start }: TimeBatch, size: BatchSize): string {
  return new Date(start).toISOString().slice(0, { hour: 13, day: 10, month: 7, year: 4 }[size]);
}

function startOf(moment: number, size: BatchSize): number {
  const date = new Date(moment);
  if (size === 'hour') return date.setUTCMinutes(0, 0, 0);
  if (size === 'day') return date.setUTCHours(0, 0, 0, 0);
  return Date.UTC(date.getUTCFullYear(), size === 'month' ? date.getUTCMonth() : 0);
}

function endOf(start: number, size: BatchSize): number {
  const date = new Date(start);
  if (size === 'hour') return date.setUTCHours(date.getUTCHours() + 1);
  if (size === 'day') return date.setUTCDate(date.getUTCDate() + 1);
  return size === 'month'
    ? date.setUTCMonth(date.getUTCMonth() + 1)
    : date.setUTCFullYear(date.getUTCFullYear() + 1);
}
