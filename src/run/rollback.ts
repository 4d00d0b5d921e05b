/** `lake rollback`: tables as they were, by new versions, in one set; and what the next build will make of it. */
import type { Graph, GraphNode, NodeId } from '../compile/types.js';
import { LakeError } from '../errors/lake-error.js';
import { openLake } from '../lakehouse/open-lake.js';
import { versionBefore, versionBeside, versionsAt } from '../lakehouse/restore/find-version.js';
import { planRestoration, type Restoration, restoreVersion } from '../lakehouse/restore/restore-version.js';
import type { Lake, TableHead, TableId } from '../lakehouse/types.js';
import type { Target } from '../project/types.js';
import { type AfterRollback, afterRollback } from './after-rollback.js';
import { maintain } from './maintain.js';
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
  const { root, graph, target, selected, to, dryRun } = options;
  const lake = await openLake(target.lake, root);
  const nodes = tablesAmong(graph, selected);
  const tables = nodes.flatMap(tablesOf);
  const { restorations, pins, published } = dryRun
    ? await planned(lake, graph, nodes, to)
    : await maintain(
        { command: 'rollback', lake, root, target, tables },
        async ({ run, published: tell }) => {
          const rolling = await lookAt(lake, graph, nodes, to);
          const versions: Record<TableId, number> = {};
          for (const restoration of rolling.restorations) {
            const head = await restoreVersion(lake.store, restoration, run);
            tell(head);
            rolling.pins.committed(head);
            versions[head.table] = head.version;
          }
          return { ...rolling, published: versions };
        },
      );
  return { restorations, published, next: afterRollback(graph, pins, new Set(nodes.map(({ id }) => id))) };
}

interface Rolling {
  readonly restorations: readonly Restoration[];
  /** What is published, and once the tables have moved what was. */
  readonly pins: Pins;
}

async function lookAt(
  lake: Lake,
  graph: Graph,
  nodes: readonly GraphNode[],
  to: string | undefined,
): Promise<Rolling> {
  const pins = await Pins.ofGraph(lake, graph, await lake.newestSet());
  return { pins, restorations: await plan(lake, pins, nodes, to) };
}

/** As if they had moved. */
async function planned(...given: Parameters<typeof lookAt>) {
  const rolling = await lookAt(...given);
  for (const restoration of rolling.restorations) rolling.pins.committed(restored(restoration));
  return { ...rolling, published: {} };
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
