/** What became of the portal's columns between two sides: which are new, gone or renamed, and which both have. */
import type { BronzeNode } from '../../compile/types.js';
import { type ColumnDifference, columnDifference } from '../../quality/compare/column-change.js';
import { isRowNumber } from '../../sql/own-columns.js';
import type { RunContext } from '../context.js';
import { findRenames } from './find-renames.js';
import { newestColumns, type Side } from './side.js';

/** A column of both sides, under the name of either. */
export interface SharedColumn {
  readonly from: string;
  readonly column: string;
}

export interface ChangedColumns {
  /** Undefined where both sides have the same, in whatever order. */
  readonly difference?: ColumnDifference;
  /** In the order of the newer side; without the numbers that portals give to rows anew with every refresh. */
  readonly shared: readonly SharedColumn[];
}

/**
 * Starts no engine where no column can have been renamed.
 * @param columnsOf The columns of a side that count: those of its newest loads, or of all current rows.
 */
export async function changedColumns(
  context: Pick<RunContext, 'engine' | 'graph'>,
  node: BronzeNode,
  before: Side,
  now: Side,
  columnsOf: (side: Side) => readonly string[] = newestColumns,
): Promise<ChangedColumns> {
  const [was, is] = [columnsOf(before), columnsOf(now)];
  const changed = columnDifference(was, is);
  const renamed = changed ? await findRenames(context, node, before, now, changed) : [];
  const shared = is.flatMap((column) => {
    const from = renamed.find(({ to }) => to === column)?.from ?? column;
    return was.includes(from) && !isRowNumber(column) ? [{ from, column }] : [];
  });
  return { shared, ...(changed ? { difference: { ...changed, renamed } } : {}) };
}
