/** `partition_by` and `sort_by` against the columns that a table has. Names count without case. */
import type { ModelNode, SilverNode, SortKey } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { TableHead } from '../../lakehouse/types.js';
import { quoteIdent } from '../../sql/quote.js';
import { settingAt } from '../models/declared-at.js';

export interface Layout {
  /** Names as the columns have them. */
  readonly partitionBy: readonly string[];
  readonly sortBy: readonly SortKey[];
}

/** @throws LakeError LK4064 where a column is not there, or where all of them divide the files. */
export function layoutFor(
  node: SilverNode | ModelNode,
  columns: readonly { readonly name: string }[],
): Layout {
  const sortBy = (node.kind === 'model' ? node.sortBy : undefined) ?? [];
  const at = (key: 'partition_by' | 'sort_by') => (node.kind === 'model' ? settingAt(node, key) : undefined);
  const known = columns.map(({ name }) => name);
  const named = (key: 'partition_by' | 'sort_by', written: string): string => {
    const name = known.find((one) => one.toLowerCase() === written.toLowerCase());
    if (name !== undefined) return name;
    throw new LakeError('LK4064', `${node.id} has no column "${written}", which ${key} names`, {
      hint: didYouMean(written, known) ?? `Its columns are ${known.join(', ')}`,
      details: { at: at(key) },
    });
  };
  const partitionBy = node.partitionBy.map((name) => named('partition_by', name));
  if (partitionBy.length > 0 && partitionBy.length === known.length) {
    throw new LakeError('LK4064', `partition_by names all columns of ${node.id}: files would hold none`, {
      hint: 'Partition by fewer columns: their values stand in the names of folders, not in the files',
      details: { at: at('partition_by') },
    });
  }
  return {
    partitionBy,
    sortBy: sortBy.map((key) => ({ ...key, column: named('sort_by', key.column) })),
  };
}

/** The files say how they are partitioned, and the state how they are sorted; a table without files is as it should be. */
export function sameLayout({ state }: TableHead, node: Pick<ModelNode, 'partitionBy' | 'sortBy'>): boolean {
  if (state.files.length === 0) return true;
  const before = Object.keys(state.files[0]?.partition ?? {}).map((name) => name.toLowerCase());
  const samePartitions =
    before.length === node.partitionBy.length &&
    node.partitionBy.every((name) => before.includes(name.toLowerCase()));
  return samePartitions && (state.sortedBy ?? []).join() === orderTexts(node.sortBy).join();
}

/** `"day"`, `"amount" desc nulls first`: a key as SQL. */
export function orderTexts(sortBy: readonly SortKey[] = []): readonly string[] {
  return sortBy.map(
    ({ column, descending, nullsFirst }) =>
      `${quoteIdent(column)}${descending ? ' desc' : ''} nulls ${nullsFirst ? 'first' : 'last'}`,
  );
}
