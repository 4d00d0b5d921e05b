/** `lake drift --history`: how the columns of a dataset changed from load to load, as their records tell it. */

import { openLake } from '../../lakehouse/open-lake.js';
import { columnDifference, columnWords } from '../../quality/compare/column-change.js';
import { loadsDown, versionBefore } from './loads.js';
import { bronzeNode, type ComparisonOptions } from './open-comparison.js';
import { newestColumns } from './side.js';

export interface ColumnHistoryRow {
  readonly dataset: string;
  readonly loadId: string;
  readonly at: string;
  readonly rejected: boolean;
  readonly columns: number;
  /** `first load`, `as before`, or what came, went and was renamed. */
  readonly change: string;
}

/** Oldest first; starts no engine. @throws LakeError LK4030 for a name that is no dataset. */
export async function columnHistory(
  options: ComparisonOptions & { readonly datasets: readonly string[] },
): Promise<readonly ColumnHistoryRow[]> {
  const { root, graph, target, datasets } = options;
  const lake = await openLake(target.lake, root);
  const names =
    datasets.length > 0 ? datasets : graph.nodes.flatMap((n) => (n.kind === 'bronze' ? [n.name] : []));
  const rows: ColumnHistoryRow[] = [];
  for (const name of names) {
    const node = bronzeNode(graph, name);
    const own: ColumnHistoryRow[] = [];
    for await (const { head, record, rejected } of loadsDown(lake, node.id)) {
      const columns = newestColumns({ state: head.state, pathOf: (file) => file });
      const before = await versionBefore(lake, head);
      const was = before && newestColumns({ state: before.state, pathOf: (file) => file });
      const difference = was && columnDifference(was, columns);
      const change = record.columns ?? (difference && { ...difference, renamed: [] });
      own.push({
        dataset: node.name,
        loadId: record.loadId,
        at: record.at,
        rejected,
        columns: columns.length,
        change: !was ? 'first load' : change ? columnWords(change) : 'as before',
      });
    }
    rows.push(...own.reverse());
  }
  return rows;
}
