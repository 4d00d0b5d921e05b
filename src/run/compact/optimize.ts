/** `lake optimize`: small files of the selected tables become larger ones. */
import { newRunStamp } from '../../compile/run-stamp.js';
import type { Graph, NodeId } from '../../compile/types.js';
import { withLeaseAtOnce } from '../../lakehouse/leases/run-lease.js';
import { openLake } from '../../lakehouse/open-lake.js';
import type { Lake, TableHead, TableId } from '../../lakehouse/types.js';
import type { Target } from '../../project/types.js';
import { engineOf } from '../engine-of.js';
import { engineOn } from '../engine-on.js';
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
  const { id: run } = newRunStamp(new Date());
  if (dryRun) return (await toMerge(lake, graph, tables)).map(({ told }) => told);
  return withLeaseAtOnce(lake, { run, folder: root, tables }, () => execute(lake, options, tables, run));
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

async function execute(
  lake: Lake,
  { root, graph, target }: OptimizeOptions,
  tables: readonly TableId[],
  run: string,
): Promise<readonly OptimizedTable[]> {
  const startedAt = new Date().toISOString();
  const work = await toMerge(lake, graph, tables);
  if (work.length === 0) return [];
  const engine = engineOn(lake, engineOf(root, target));
  const published: TableHead[] = [];
  const done: OptimizedTable[] = [];
  try {
    for (const { head, merges, told } of work) {
      const next = await compactTable({ lake, engine, run, auto: false }, head, merges);
      if (next) published.push(next);
      done.push({ ...told, ...(next && { filesAfter: next.state.files.length, version: next.version }) });
    }
  } finally {
    if (published.length > 0) {
      await lake.publishSet(
        run,
        Object.fromEntries(published.map(({ table, version }) => [table, version])),
        {},
        {},
        engine.sql,
      );
      await lake.checkpoint(published, run, engine.sql);
    }
    await lake.unstage(run);
    await engine.close();
  }
  const endedAt = new Date().toISOString();
  const record = {
    format: 1 as const,
    run,
    command: 'optimize',
    startedAt,
    endedAt,
    exitCode: 0,
    requests: 0,
  };
  await lake.recordRun({ ...record, nodes: { success: published.length } });
  return done;
}
