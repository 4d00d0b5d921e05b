/** How the columns of two loads differ, and that in words. Pure. */
import { percent } from '../guards/guard.js';
import type { ColumnMatch } from './renames.js';

export interface ColumnDifference {
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly renamed: readonly ColumnMatch[];
}

/** Columns of one side that the other has not; undefined where both have the same, in whatever order. */
export function columnDifference(
  before: readonly string[],
  now: readonly string[],
): Omit<ColumnDifference, 'renamed'> | undefined {
  const added = now.filter((name) => !before.includes(name));
  const gone = before.filter((name) => !now.includes(name));
  return added.length + gone.length > 0 ? { added, gone } : undefined;
}

/** `renamed "A" → "B" (the same values in 98.3 % of the rows); gone "C"; new "D"`. */
export function columnWords({ added, gone, renamed }: ColumnDifference): string {
  const rest = (names: readonly string[], side: 'from' | 'to') =>
    names.filter((name) => !renamed.some((one) => one[side] === name));
  const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  const [went, came] = [rest(gone, 'from'), rest(added, 'to')];
  return [
    ...renamed.map(
      ({ from, to, share }) =>
        `renamed "${from}" → "${to}" (the same values in ${percent(share)} of the rows)`,
    ),
    ...(went.length > 0 ? [`gone ${list(went)}`] : []),
    ...(came.length > 0 ? [`new ${list(came)}`] : []),
  ].join('; ');
}
