/** `lake rollback`: tables as they were, by new versions, in one set; and what the next build will make of it. */
import { newRunStamp } from '../compile/run-stamp.js';
import type { Graph, GraphNode, NodeId } from '../compile/types.js';
import type { Engine } from '../engine/types.js';
import { LakeError } from '../errors/lake-error.js';
import { withLeaseAtOnce } from '../lakehouse/leases/run-lease.js';
import { openLake } from '../lakehouse/open-lake.js';
import { versionBefore, versionBeside, versionsAt } from '../lakehouse/restore/find-version.js';
import { planRestoration, type Restoration, restoreVersion } from '../lakehouse/restore/restore-version.js';
import type { Lake, TableHead, TableId } from '../lakehouse/types.js';
import type { Target } from '../project/types.js';
import { type AfterRollback, afterRollback } from './after-rollback.js';
import { engineOf } from './engine-of.js';
import { engineOn } from './engine-on.js';
import { Pins, tablesOf } from './pins.js';

export interface RollbackOptions {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
  /** In build order. */
  readonly selected: readonly NodeId[];
  /** A version of the one table, or a time; left out: what the one table was before its rows of now. */
  readonly to?: string;
  /** Look only; no lease is taken. */
  readonly dryRun: boolean;
}

export interface RollbackResult {
  readonly restorations: readonly Restoration[];
  /** Table → the version that was published; empty in a dry run. */
  readonly published: Readonly<Record<TableId, number>>;
  readonly next: readonly AfterRollback[];
}

/**
 * Every table is looked at before the first one moves.
 * @throws LakeError LK6029 for what cannot come back, LK6027 for a time before the first set, LK6040 (transient) while a run works.
 */
export async function rollback(options: RollbackOptions): Promise<RollbackResult> {
  const { root, graph, target, selected, dryRun } = options;
  const lake = await openLake(target.lake, root);
  const engine = engineOn(lake, engineOf(root, target));
  const nodes = tablesAmong(graph, selected);
  const { id: run } = newRunStamp(new Date());
  if (dryRun) return execute({ lake, engine, run }, options, nodes);
  const request = { run, folder: root, tables: nodes.flatMap(tablesOf) };
  return withLeaseAtOnce(lake, request, () => execute({ lake, engine, run }, options, nodes));
}

interface Rolling {
  readonly lake: Lake;
  /** Only where `lake.duckdb` is made anew. */
  readonly engine: Engine;
  readonly run: string;
}

async function execute(
  { lake, engine, run }: Rolling,
  { graph, to, dryRun }: RollbackOptions,
  nodes: readonly GraphNode[],
): Promise<RollbackResult> {
  const startedAt = new Date().toISOString();
  const set = await lake.newestSet();
  const pins = await Pins.ofGraph(lake, graph, set);
  const restorations = await plan(lake, pins, nodes, to);
  const published: Record<TableId, number> = {};
  try {
    for (const restoration of restorations) {
      const head = dryRun ? restored(restoration) : await restoreVersion(lake.store, restoration, run);
      pins.committed(head);
      if (!dryRun) published[head.table] = head.version;
    }
  } finally {
    if (Object.keys(published).length > 0) await lake.publishSet(run, published, {}, {}, engine.sql);
    await lake.unstage(run);
    await engine.close();
  }
  if (!dryRun) {
    const count = { success: restorations.length };
    const endedAt = new Date().toISOString();
    const record = { format: 1 as const, run, command: 'rollback', startedAt, endedAt };
    await lake.recordRun({ ...record, exitCode: 0, requests: 0, nodes: count });
  }
  return { restorations, published, next: afterRollback(graph, pins, new Set(nodes.map(({ id }) => id))) };
}

/** What would be published. */
function restored({ table, now, to }: Restoration): TableHead {
  const version = now.version + 1;
  return { table, version, state: { ...to.state, version } };
}

async function plan(
  lake: Lake,
  pins: Pins,
  nodes: readonly GraphNode[],
  to: string | undefined,
): Promise<readonly Restoration[]> {
  const known = nodes.filter(({ id }) => pins.head(id) && !pins.view(id));
  if (known.length === 0)
    throw refused(
      `nothing of ${names(nodes)} is a table of the lake`,
      'See what there is: `lake history --versions`.',
    );
  const versions = await versionsFor(lake, pins, known, to);
  const restorations: Restoration[] = [];
  for (const { id, kind } of known) {
    const version = versions.get(id);
    const { version: now } = pins.head(id)!;
    if (version === undefined || version === now) continue;
    const restoration = await planRestoration(lake.store, id, version);
    if (kind === 'silver') restorations.push(...(await quarantineOf(lake, pins, restoration)));
    restorations.push(restoration);
  }
  if (restorations.length > 0) return restorations;
  const when = /^\d+$/.test(to ?? '') ? `at version ${to}` : `as at ${to}`;
  throw refused(
    `${names(known)} ${known.length === 1 ? 'is' : 'are'} ${when} already`,
    'There is nothing to do.',
  );
}

async function quarantineOf(
  lake: Lake,
  pins: Pins,
  { table, to }: Restoration,
): Promise<readonly Restoration[]> {
  const id = `${table}__quarantine`;
  const now = pins.head(id);
  const version = now && (await versionBeside(lake.store, id, to));
  if (version === undefined || version === now!.version) return [];
  return [await planRestoration(lake.store, id, version)];
}

async function versionsFor(
  lake: Lake,
  pins: Pins,
  nodes: readonly GraphNode[],
  to: string | undefined,
): Promise<ReadonlyMap<TableId, number>> {
  const ids = nodes.map(({ id }) => id);
  if (to !== undefined && !/^\d+$/.test(to)) return versionsAt(lake.store, to, ids);
  if (ids.length > 1) {
    const what = to === undefined ? 'go back to one time' : `have one version ${to} in common`;
    throw refused(
      `${ids.length} tables do not ${what}: ${names(nodes)}`,
      to === undefined
        ? 'Say to which: --to 2026-01-31T12:00:00Z. Or name one table.'
        : 'Name one table, or a time: --to 2026-01-31T12:00:00Z.',
    );
  }
  const version = to === undefined ? await versionBefore(lake.store, pins.head(ids[0]!)!) : Number(to);
  return new Map([[ids[0]!, version]]);
}

/** Of views and ephemerals nothing is stored. @throws LakeError LK6029 where there is nothing else. */
function tablesAmong(graph: Graph, selected: readonly NodeId[]): readonly GraphNode[] {
  const chosen = new Set(selected);
  const nodes = graph.nodes.filter(({ id }) => chosen.has(id));
  const tables = nodes.filter(
    (node) => node.kind !== 'model' || !['view', 'ephemeral'].includes(node.materialized),
  );
  if (tables.length > 0) return tables;
  throw refused(
    `${names(nodes)} ${nodes.length === 1 ? 'is' : 'are'} made of SQL alone, and ${nodes.length === 1 ? 'has' : 'have'} no rows to bring back`,
    'Roll back the tables that it reads, or bring its SQL back and build.',
  );
}

function names(nodes: readonly GraphNode[]): string {
  const first = nodes.slice(0, 5).map(({ id }) => id);
  return nodes.length > first.length
    ? `${first.join(', ')} and ${nodes.length - first.length} more`
    : first.join(', ');
}

function refused(message: string, hint: string): LakeError {
  return new LakeError('LK6029', message, { hint });
}
