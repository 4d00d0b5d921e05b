/** Which run the SQL is compiled for: what `{{run_started_at}}` and `{{invocation_id}}` print. */
import { randomBytes } from 'node:crypto';

export interface RunStamp {
  /** Sorts by time and is safe in paths: `20261121T074512Z-3f9c2a`. */
  readonly id: string;
  /** ISO 8601 in UTC: `2026-11-21T07:45:12.034Z`. */
  readonly startedAt: string;
}

/** A new name for a run that begins at `now`. */
export function newRunStamp(now: Date): RunStamp {
  const startedAt = now.toISOString();
  const stamp = startedAt.replace(/[-:]/g, '').replace(/\.\d+/, '');
  return { id: `${stamp}-${randomBytes(3).toString('hex')}`, startedAt };
}

/** Stands for every run where a hash is made: SQL that prints its run has one definition all the same. */
export const ANY_RUN: RunStamp = { id: '00000101T000000Z-000000', startedAt: '0000-01-01T00:00:00.000Z' };
