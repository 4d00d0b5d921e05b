import { pageRuns, type RowSet, sizeOf } from '../rows/row-set.js';
import type { Run } from '../rows/row-store.js';
import type { Distortion } from './strike.js';

/** Rows `offset` to `offset + limit` of a set as runs of neighbouring rows, less or other than asked where a fault says so. */
export function distortedPage(set: RowSet, offset: number, limit: number, distortion: Distortion): Run[] {
  const { shift, cap, rows, missing } = distortion;
  const from = offset === 0 ? 0 : Math.max(0, offset - shift);
  const wanted = Math.max(0, Math.min(limit, cap ?? limit) + rows);
  const length = Math.min(wanted, Math.max(0, sizeOf(set) - from));
  if (missing === undefined || length === 0) return pageRuns(set, from, wanted);
  const gap = Math.min(missing.rows, length);
  const before = Math.floor(missing.at * (length - gap + 1));
  return [...pageRuns(set, from, before), ...pageRuns(set, from + before + gap, length - before - gap)];
}
