/** Lengths of time and percentages, as the schemas have already accepted them. */
import type { Duration } from '../types.js';

/** `7 days` → {count: 7, unit: 'day'}. */
export function toDuration(written: string): Duration {
  const [count, unit] = written.split(' ') as [string, string];
  return { count: Number(count), unit: unit.replace(/s$/, '') as Duration['unit'] };
}

/** `2%` → 0.02: a share from 0 to 1. */
export function toShare(written: string): number {
  const percent = Number(written.slice(0, -1));
  return Number((percent / 100).toPrecision(15));
}
