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

/** From here on the few rows that differ are edits, and need not be told. */
const ALL_BUT_EDITS = 0.995;

/** `renamed "A" → "B", "C" → "D" (98.3 % of the values are the same); gone "E"; new "F"`. */
export function columnWords({ added, gone, renamed }: ColumnDifference): string {
  const rest = (names: readonly string[], side: 'from' | 'to') =>
    names.filter((name) => !renamed.some((one) => one[side] === name));
  const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  const [went, came] = [rest(gone, 'from'), rest(added, 'to')];
  return [
    ...(renamed.length > 0 ? [`renamed ${renamed.map(renameWords).join(', ')}`] : []),
    ...(went.length > 0 ? [`gone ${list(went)}`] : []),
    ...(came.length > 0 ? [`new ${list(came)}`] : []),
  ].join('; ');
}

/** `"A" → "B" (98.3 % of the values are the same)`. */
function renameWords(one: ColumnMatch): string {
  return `"${one.from}" → "${one.to}"${sameness(one)}`;
}

/** How much of a renamed column is the same, where that is not all but edits; with a blank before it. */
export function sameness({ share }: ColumnMatch): string {
  return share < ALL_BUT_EDITS ? ` (${percent(share)} of the values are the same)` : '';
}
