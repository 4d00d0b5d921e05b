/** `lake optimize`: small files of the selected tables become larger ones. */
import type { Graph, NodeId } from '../../compile/types.js';
import { openLake } from '../../lakehouse/open-lake.js';
import type { Lake, TableId } from '../../lakehouse/types.js';
import type { Target } from '../../project/types.js';
import { maintain } from '../maintain.js';
import { Pins, possibleViews, tablesOf } from '../pins.js';
import { compactTable, filesToMerge } from './compact-table.js';

export interface OptimizeOptions {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
  readonly selected: readonly NodeId[];
  /** Look only; no lease is taken, no engine started. */
  readonly dryRun: boolean;
}

export interface OptimizedTable {
  readonly table: TableId;
  /** Files of the table, before and after. */
  readonly files: number;
  readonly filesAfter: number;
  /** Files that are written anew, and their bytes. */
  readonly merged: number;
  readonly bytes: number;
  /** The new version; undefined in a dry run, and where it gave way to another writer. */
  readonly version?: number;
}

/**
 * Tables that have nothing to merge are left out.
 * @throws LakeError LK6040 (transient) while a run works; what stopped it. Tables before that one are published.
 */
export async function optimize(options: OptimizeOptions): Promise<readonly OptimizedTable[]> {
  const { root, graph, target, selected, dryRun } = options;
  const lake = await openLake(target.lake, root);
  const chosen = new Set(selected);
  const tables = graph.nodes.filter(({ id }) => chosen.has(id)).flatMap(tablesOf);
  if (dryRun) return (await toMerge(lake, graph, tables)).map(({ told }) => told);
  return maintain({ command: 'optimize', lake, root, target, tables }, async ({ run, engine, published }) => {
    const done: OptimizedTable[] = [];
    for (const { head, merges, told } of await toMerge(lake, graph, tables)) {
      const next = await compactTable({ lake, engine, run, auto: false }, head, merges);
      if (next) published(next);
      done.push({ ...told, ...(next && { filesAfter: next.state.files.length, version: next.version }) });
    }
    return done;
  });
}

async function toMerge(lake: Lake, graph: Graph, tables: readonly TableId[]) {
  const pins = await Pins.take(lake, tables, possibleViews(graph, await lake.newestSet()));
  return tables.flatMap((table) => {
    // A new version would take the name back from a view that has it now.
    const head = pins.view(table) ? undefined : pins.head(table);
    const merges = head ? filesToMerge(head) : [];
    if (!head || merges.length === 0) return [];
    const merged = merges.flat();
    const told: OptimizedTable = {
      table,
      files: head.state.files.length,
      filesAfter: head.state.files.length - merged.length + merges.length,
      merged: merged.length,
      bytes: merged.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    return [{ head, merges, told }];
  });
}
