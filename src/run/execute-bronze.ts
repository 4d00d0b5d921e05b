/** One dataset's own chain: observe → plan → fetch → decode → guards → commit. */
import type { BronzeNode } from '../compile/types.js';
import { type ErrorInfo, errorInfo, fromErrorInfo, LakeError } from '../errors/lake-error.js';
import type {
  DataFile,
  LoadRecord,
  PartState,
  StagedFile,
  TableHead,
  TableState,
} from '../lakehouse/types.js';
import { observeDataset } from '../observe/observe-dataset.js';
import type { DatasetFacts } from '../observe/types.js';
import { planDataset } from '../plan/plan-dataset.js';
import type { BronzePlan } from '../plan/types.js';
import { type GuardBreach, loadGuards } from '../quality/load-guards.js';
import type { RequestOptions } from '../sources/types.js';
import type { RunContext } from './context.js';
import type { NodeResult } from './events.js';
import { bringsRows, losesParts, nextParts, sameParts } from './next-parts.js';
import { parentQuery, parentRows, parentsAsBefore } from './parent-rows.js';
import { sourceProperties } from './source-properties.js';
import { type StagedLoad, stageLoad } from './stage-load.js';
import { variableColumns } from './variables.js';

type Accepted = NonNullable<LoadRecord['accepted']>;
type Outcome = Omit<NodeResult, 'id' | 'kind' | 'seconds' | 'tests'>;

/** @throws LakeError whatever stopped the dataset; nothing of it is committed then. */
export async function executeBronze(context: RunContext, node: BronzeNode): Promise<Outcome> {
  try {
    return await loadDataset(context, node);
  } catch (error) {
    // A load that a guard refused has been recorded with all that is known of it.
    if (!(error instanceof RejectedLoad)) await recordFailure(context, node, errorInfo(error));
    throw error;
  }
}

/** What a load guard objected to. */
class RejectedLoad extends LakeError {}

async function recordFailure(context: RunContext, node: BronzeNode, error: ErrorInfo): Promise<void> {
  const { message: reason, code } = error;
  const attempt = { run: context.run, table: node.id, at: new Date().toISOString(), requests: 0, bytes: 0 };
  // The lake may be what failed: its own error is the one to tell.
  await context.lake.recordAttempt({ ...attempt, status: 'failed', reason, code }).catch(() => undefined);
}

async function loadDataset(context: RunContext, node: BronzeNode): Promise<Outcome> {
  const state = context.pins.head(node.id)?.state;
  const parents = await parentRows(context, node, state);
  let facts = await observe(context, node, state, parents);
  let plan = makePlan(context, node, facts, state, { strategy: 'fast' });
  if (plan.error) throw fromErrorInfo(plan.error);
  if (plan.action === 'reuse' && parentsAsBefore(context, node, state)) {
    return { status: 'reused', reason: plan.reason, requests: observed(facts) };
  }

  let load = await stageLoad(context, node, plan, context.run, state);
  let requests = observed(facts) + load.requests;
  let breaches = judge(context, node, facts, load, state);
  const miscount = breaches.find((b) => b.guard === 'count');
  if (miscount) {
    // Rows shifted while they were read, or were withdrawn at the portal: ask once more, in full and in the safer way.
    facts = await observe(context, node, undefined, parents);
    const inFull = withdrawn(load) ?? miscount.message;
    plan = makePlan(context, node, facts, state, { strategy: 'safe', inFull });
    if (plan.error) throw fromErrorInfo(plan.error);
    load = await stageLoad(context, node, plan, context.run, state);
    requests += observed(facts) + load.requests;
    breaches = judge(context, node, facts, load, state);
  }
  const accepted = await acceptOrThrow(context, node, load, breaches, requests);
  return commit(context, node, plan, facts, load, accepted, requests, state);
}

async function observe(
  context: RunContext,
  node: BronzeNode,
  state: TableState | undefined,
  parents: Awaited<ReturnType<typeof parentRows>>,
): Promise<DatasetFacts> {
  return observeDataset({
    node,
    portal: context.graph.portals[node.dataset.portal]!,
    source: context.sourceOf(node),
    client: context.fetcher.client({ dataset: node.name, portal: node.dataset.portal }),
    state,
    parentRows: parents,
    fullRefresh: context.flags.fullRefresh,
  });
}

function makePlan(
  context: RunContext,
  node: BronzeNode,
  facts: DatasetFacts,
  state: TableState | undefined,
  how: { readonly strategy: RequestOptions['strategy']; readonly inFull?: string },
): BronzePlan {
  return planDataset({
    node,
    portal: context.graph.portals[node.dataset.portal]!,
    source: context.sourceOf(node),
    facts,
    state,
    fullRefresh: context.flags.fullRefresh,
    ...how,
  });
}

function observed(facts: DatasetFacts): number {
  return facts.status === 'depends' ? 0 : facts.requests;
}

function judge(
  context: RunContext,
  node: BronzeNode,
  facts: DatasetFacts,
  load: StagedLoad,
  state: TableState | undefined,
): readonly GuardBreach[] {
  const landed = load.landed.map((part) => ({
    label: part.fetch.label,
    kind: part.fetch.kind,
    rows: part.rows,
    expected: part.fetch.expectedRows,
    held: part.held,
    total: part.fetch.totalRows,
    before: state?.parts?.[part.fetch.partId]?.rows,
  }));
  const parts = nextParts(context.run, node, facts, load, state);
  if (state === undefined || !losesParts(parts, state)) return loadGuards(node.dataset, landed);
  return loadGuards(node.dataset, landed, {
    before: currentRows(state.parts ?? {}),
    now: currentRows(parts),
  });
}

function currentRows(parts: Readonly<Record<string, PartState>>): number {
  return Object.values(parts).reduce((sum, part) => sum + part.rows, 0);
}

/** The reason for a full load when an incremental one leaves more rows than the portal has. */
function withdrawn(load: StagedLoad): string | undefined {
  const part = load.landed.find(
    (p) => p.fetch.kind === 'incremental' && p.held > (p.fetch.totalRows ?? p.held),
  );
  return part && `the portal counts ${part.fetch.totalRows} rows, the lake ${part.held}: rows were withdrawn`;
}

/** @throws LakeError LK40xx for the first breach that was not accepted on the command line. */
async function acceptOrThrow(
  context: RunContext,
  node: BronzeNode,
  load: StagedLoad,
  breaches: readonly GuardBreach[],
  requests: number,
): Promise<Accepted> {
  const allowed = context.flags.accept.get(node.name);
  const refused = breaches.filter((b) => allowed !== 'all' && !allowed?.has(b.guard));
  const hash = contentOf(load);
  if (refused.length === 0) return breaches.map((b) => ({ guard: b.guard, hash }));
  const worst = refused[0]!;
  await context.lake.recordAttempt({
    run: context.run,
    table: node.id,
    at: new Date().toISOString(),
    status: 'rejected',
    reason: worst.message,
    code: worst.code,
    rows: load.landed.reduce((sum, part) => sum + part.rows, 0),
    contentHash: hash,
    requests,
    bytes: load.bytes,
  });
  throw new RejectedLoad(worst.code, worst.message, {
    hint: worst.hint,
    details: { guards: refused.map((b) => b.guard) },
  });
}

function contentOf(load: StagedLoad): string {
  return load.landed.map((part) => part.fetched.sha256).join(' ');
}

async function commit(
  context: RunContext,
  node: BronzeNode,
  plan: BronzePlan,
  facts: DatasetFacts,
  load: StagedLoad,
  accepted: Accepted,
  requests: number,
  state: TableState | undefined,
): Promise<Outcome> {
  const parts = nextParts(context.run, node, facts, load, state);
  const moved = load.landed.some(bringsRows);
  const changed = moved || state === undefined || losesParts(parts, state);
  if (!changed && sameParts(parts, state) && parentsAsBefore(context, node, state)) {
    const reason = 'asked, and nothing had changed';
    await context.lake.recordAttempt({
      run: context.run,
      table: node.id,
      at: new Date().toISOString(),
      status: 'unchanged',
      reason,
      requests,
      bytes: load.bytes,
    });
    return { status: 'unchanged', reason, requests, bytes: load.bytes };
  }
  const columns = bronzeColumns(node, load, state);
  const guards = accepted.map((one) => one.guard).join(', ');
  const record: LoadRecord | undefined = moved
    ? {
        loadId: context.run,
        run: context.run,
        at: context.startedAt.toISOString(),
        kind: load.landed.some((part) => part.fetch.kind === 'full') ? 'full' : 'incremental',
        rows: load.landed.reduce((sum, part) => sum + part.delivered, 0),
        bytes: load.bytes,
        requests,
        parts: load.landed.map((part) => part.fetch.partId),
        reason: accepted.length > 0 ? `${plan.reason}; accepted: ${guards}` : plan.reason,
        ...(accepted.length > 0 ? { accepted } : {}),
      }
    : undefined;
  const head: TableHead = await context.lake.commit({
    table: node.id,
    base: context.pins.head(node.id)?.version ?? -1,
    mode: changed ? 'append' : 'state',
    columns,
    partitionBy: [],
    files: load.files.map((file): StagedFile => ({ ...file, loadId: context.run })),
    description: node.description,
    properties: sourceProperties(context, node),
    state: {
      run: context.run,
      inputs: Object.fromEntries(node.dependsOn.map((id) => [id, context.pins.dataVersion(id) ?? -1])),
      tests: [],
      audited: true,
      load: record,
      parts,
      sourceHash: node.sourceHash,
      parentQuery: parentQuery(node),
    },
  });
  context.pins.committed(head);
  if (!changed) {
    return {
      status: 'unchanged',
      reason: 'asked, and nothing had changed',
      requests,
      bytes: load.bytes,
      version: head.version,
      rows: currentRows(parts),
    };
  }
  return {
    status: 'success',
    reason: plan.reason,
    requests,
    bytes: load.bytes,
    rows: record?.rows ?? 0,
    version: head.version,
  };
}

/** Columns of the bronze table: the portal's as they came over all loads, then lake's own. */
function bronzeColumns(
  node: BronzeNode,
  load: StagedLoad,
  state: TableState | undefined,
): { name: string; type: string }[] {
  const names = new Map<string, string>();
  const add = (name: string) => {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  };
  const old: readonly DataFile[] = state?.files ?? [];
  for (const file of [...old, ...load.files]) file.columns?.forEach(add);
  for (const column of state?.columns ?? []) if (column.name.startsWith('_')) add(column.name);
  for (const name of variableColumns(
    node,
    load.landed.flatMap((part) => Object.keys(part.fetch.variables)),
  ))
    add(name);
  const own = ['_load_id', '_loaded_at', '_source_part', '_row'];
  for (const name of own) names.delete(name);
  return [
    ...[...names.values()].map((name) => ({ name, type: 'VARCHAR' })),
    { name: '_load_id', type: 'VARCHAR' },
    { name: '_loaded_at', type: 'TIMESTAMP WITH TIME ZONE' },
    { name: '_source_part', type: 'VARCHAR' },
    { name: '_row', type: 'BIGINT' },
  ];
}
