/** `lake drift`: what the newest load of a dataset changed, computed when it is asked for from two loads' files. */
import type { BronzeNode } from '../../compile/types.js';
import type { Statement } from '../../engine/types.js';
import { readBaseline, writeBaseline } from '../../lakehouse/baseline.js';
import type { Lake, TableHead } from '../../lakehouse/types.js';
import { type ComparedProfiles, type Drift, findDrift } from '../../quality/drift/find-drift.js';
import { formMacros, profileSql, readProfile } from '../../quality/drift/profile-sql.js';
import { changedColumns, type SharedColumn } from './changed-columns.js';
import { type Load, loadsDown, versionBefore } from './loads.js';
import { bronzeNode, type Comparison, type ComparisonOptions, compared } from './open-comparison.js';
import { type Side, shown, sideRelation } from './side.js';

export interface DriftOptions extends ComparisonOptions {
  /** Names; empty: every dataset that has loads. */
  readonly datasets: readonly string[];
  /** Compare with a baseline that stays until it is accepted; one is taken where there is none. */
  readonly keepBaseline: boolean;
}

export interface DriftSide {
  readonly loadId: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly rows: number;
  readonly rejected: boolean;
}

export interface DriftReport {
  readonly dataset: string;
  /** Undefined where there is nothing yet to compare with. */
  readonly from?: DriftSide;
  readonly to?: DriftSide;
  /** True where `from` is the accepted baseline instead of the load before. */
  readonly baseline: boolean;
  readonly drift: readonly Drift[];
}

/** @throws LakeError LK4030 for a name that is no dataset. */
export async function findDatasetDrift(options: DriftOptions): Promise<readonly DriftReport[]> {
  const { graph, datasets, keepBaseline } = options;
  const nodes = chosen(options);
  return compared(options, async (comparison) => {
    const reports: DriftReport[] = [];
    for (const node of nodes) {
      const report = await reportOf(comparison, node, keepBaseline);
      if (report.to || datasets.length > 0 || graph.nodes.length === 0) reports.push(report);
    }
    return reports;
  });
}

/** Takes the newest load of each dataset as its baseline; the loads that were taken. @throws LakeError LK4030 */
export async function acceptDrift(
  options: Omit<DriftOptions, 'keepBaseline'>,
): Promise<readonly { readonly dataset: string; readonly loadId?: string }[]> {
  return compared(options, async ({ lake }) => {
    const taken: { dataset: string; loadId?: string }[] = [];
    for (const node of chosen(options)) {
      const load = await newestLoad(lake, node);
      if (load) {
        const baseline = { version: load.head.version, loadId: load.record.loadId };
        await writeBaseline(lake, node.id, baseline);
      }
      taken.push({ dataset: node.name, loadId: load?.record.loadId });
    }
    return taken;
  });
}

function chosen({ graph, datasets }: Pick<DriftOptions, 'graph' | 'datasets'>): readonly BronzeNode[] {
  if (datasets.length > 0) return datasets.map((name) => bronzeNode(graph, name));
  return graph.nodes.filter((node): node is BronzeNode => node.kind === 'bronze');
}

async function newestLoad(lake: Lake, node: BronzeNode): Promise<Load | undefined> {
  for await (const load of loadsDown(lake, node.id)) return load;
  return undefined;
}

async function reportOf(
  comparison: Comparison,
  node: BronzeNode,
  keepBaseline: boolean,
): Promise<DriftReport> {
  const { lake } = comparison;
  const load = await newestLoad(lake, node);
  if (!load) return { dataset: node.name, baseline: false, drift: [] };
  const to = { ...sideOf(load.head), rejected: load.rejected };
  const kept = await readBaseline(lake, node.id);
  const before = kept ? await lake.at(node.id, kept.version) : await versionBefore(lake, load.head);
  const first = before ?? load.head;
  if (keepBaseline && !kept) {
    await writeBaseline(lake, node.id, { version: first.version, loadId: sideOf(first).loadId });
  }
  if (!before || before.version === load.head.version) {
    return { dataset: node.name, to, baseline: kept !== undefined, drift: [] };
  }
  const drift = await driftBetween(comparison, node, before, load.head);
  return { dataset: node.name, from: sideOf(before), to, baseline: kept !== undefined, drift };
}

/** A version by the newest of its current loads. */
function sideOf({ state }: TableHead): DriftSide {
  const parts = Object.values(state.parts ?? {});
  const loadId = parts.flatMap(({ loads }) => loads).reduce((a, b) => (a > b ? a : b), '');
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const at = state.load?.loadId === loadId ? state.load.at : state.at;
  return { loadId, at, rows, rejected: false };
}

async function driftBetween(
  comparison: Comparison,
  node: BronzeNode,
  before: TableHead,
  now: TableHead,
): Promise<readonly Drift[]> {
  const pathOf = (file: string) => comparison.lake.filePath(node.id, file);
  const [old, fresh]: [Side, Side] = [
    { state: before.state, pathOf },
    { state: now.state, pathOf },
  ];
  const { difference, shared } = await changedColumns(comparison, node, old, fresh);
  return findDrift(difference, await profiles(comparison, node, old, fresh, shared));
}

const STATEMENTS = 3;

async function profiles(
  { engine, graph }: Comparison,
  node: BronzeNode,
  before: Side,
  now: Side,
  pairs: readonly SharedColumn[],
): Promise<readonly ComparedProfiles[]> {
  if (pairs.length === 0) return [];
  const old = shown(pairs.map(({ from }) => from));
  const fresh = shown(pairs.map(({ column }) => column));
  const statements = [
    ...old.flatMap(({ as }) => profileSql('"before"."rows"', as, node.dataset.nullIf)),
    ...fresh.flatMap(({ as }) => profileSql('"now"."rows"', as, node.dataset.nullIf)),
  ].map((sql): Statement => ({ sql, collect: 'rows' }));
  const results = await engine.sql({
    label: `${node.id} (drift)`,
    macros: [...graph.sqlMacros, ...formMacros],
    relations: [sideRelation(node, before, 'before', old), sideRelation(node, now, 'now', fresh)],
    statements,
  });
  const profileAt = (i: number) =>
    readProfile(results.slice(i * STATEMENTS, (i + 1) * STATEMENTS).map(({ rows }) => rows));
  return pairs.map(({ column }, i) => ({
    column,
    before: profileAt(i),
    now: profileAt(pairs.length + i),
  }));
}
