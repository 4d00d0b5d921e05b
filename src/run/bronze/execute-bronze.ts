/** One dataset's own chain: observe → plan → fetch → decode → guards → commit. */
import type { BronzeNode } from '../../compile/types.js';
import { type ErrorInfo, errorInfo, fromErrorInfo } from '../../errors/lake-error.js';
import type { TableState } from '../../lakehouse/types.js';
import { observeDataset } from '../../observe/observe-dataset.js';
import type { DatasetFacts } from '../../observe/types.js';
import { planDataset } from '../../plan/plan-dataset.js';
import type { BronzePlan } from '../../plan/types.js';
import type { RequestOptions } from '../../sources/types.js';
import type { RunContext } from '../context.js';
import { type BronzeOutcome, commitLoad } from './commit-load.js';
import { acceptOrThrow, judgeLoad, RejectedLoad, withdrawn } from './judge-load.js';
import { parentRows, parentsAsBefore } from './parent-rows.js';
import { stageLoad } from './stage-load.js';

/** @throws LakeError whatever stopped the dataset; nothing of it is committed then. */
export async function executeBronze(context: RunContext, node: BronzeNode): Promise<BronzeOutcome> {
  try {
    return await loadDataset(context, node);
  } catch (error) {
    // A load that a guard refused has been recorded with all that is known of it.
    if (!(error instanceof RejectedLoad)) await recordFailure(context, node, errorInfo(error));
    throw error;
  }
}

async function recordFailure(context: RunContext, node: BronzeNode, error: ErrorInfo): Promise<void> {
  const { message: reason, code } = error;
  const attempt = { run: context.run, table: node.id, at: new Date().toISOString(), requests: 0, bytes: 0 };
  // The lake may be what failed: its own error is the one to tell.
  await context.lake.recordAttempt({ ...attempt, status: 'failed', reason, code }).catch(() => undefined);
}

async function loadDataset(context: RunContext, node: BronzeNode): Promise<BronzeOutcome> {
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
  let breaches = judgeLoad(context, node, facts, load, state);
  const miscount = breaches.find((b) => b.guard === 'count');
  if (miscount) {
    // Rows shifted while they were read, or were withdrawn at the portal: ask once more, in full and in the safer way.
    facts = await observe(context, node, undefined, parents);
    const inFull = withdrawn(load) ?? miscount.message;
    plan = makePlan(context, node, facts, state, { strategy: 'safe', inFull });
    if (plan.error) throw fromErrorInfo(plan.error);
    load = await stageLoad(context, node, plan, context.run, state);
    requests += observed(facts) + load.requests;
    breaches = judgeLoad(context, node, facts, load, state);
  }
  const accepted = await acceptOrThrow(context, node, load, breaches, requests);
  return commitLoad(context, node, plan, facts, load, accepted, requests, state);
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
