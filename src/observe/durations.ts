import type { Duration } from '../project/types.js';

/** Months and years at their longest. */
export const MILLISECONDS: Readonly<Record<Duration['unit'], number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 31 * 86_400_000,
  year: 366 * 86_400_000,
};
