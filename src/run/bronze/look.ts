/** Looks at one dataset's portal and plans its load: the same for `lake plan`, which stops there, and for a run. */
import type { BronzeNode } from '../../compile/types.js';
import type { TableState } from '../../lakehouse/types.js';
import { observeDataset } from '../../observe/observe-dataset.js';
import type { Again, DatasetFacts } from '../../observe/types.js';
import { type PlanDatasetOptions, planDataset } from '../../plan/plan-dataset.js';
import type { BronzePlan } from '../../plan/types.js';
import type { RunContext, RunFlags } from '../context.js';
import { parentRows } from './parent-rows.js';

/** As much of a run as looking and planning need. */
export interface Looking
  extends Pick<RunContext, 'graph' | 'nodes' | 'pins' | 'lake' | 'engine' | 'sourceOf' | 'startedAt'> {
  readonly fetcher: Pick<RunContext['fetcher'], 'client'>;
  readonly flags: Pick<RunFlags, 'fullRefresh' | 'backfill' | 'limit' | 'fetchPolicy'>;
}

/** A sample is of at most so many parts: of thousands of files a few show what they look like. */
const SAMPLED_PARTS = 10;

/**
 * What the portal says. What goes wrong there is the `error` of the facts.
 * @param again Only these parts, as if nothing were known of them.
 * @throws LakeError LK4010, LK4011 where the rows that name its parts cannot be read.
 */
export async function lookAt(
  looking: Looking,
  node: BronzeNode,
  state: TableState | undefined,
  again?: Again,
): Promise<DatasetFacts> {
  const { graph, fetcher, flags } = looking;
  const facts = await observeDataset({
    node,
    portal: graph.portals[node.dataset.portal]!,
    source: looking.sourceOf(node),
    client: fetcher.client({ dataset: node.name, portal: node.dataset.portal }),
    state,
    parentRows: await parentRows(looking, node, state),
    fullRefresh: flags.fullRefresh,
    now: looking.startedAt,
    again,
    backfill: flags.backfill,
    policy: { choose: flags.fetchPolicy },
  });
  if (flags.limit === undefined || facts.status !== 'ok') return facts;
  return { ...facts, parts: facts.parts.slice(0, SAMPLED_PARTS) };
}

/** What is asked for, and why. */
export function planLoad(
  { graph, sourceOf, flags }: Pick<Looking, 'graph' | 'sourceOf' | 'flags'>,
  node: BronzeNode,
  found: Pick<PlanDatasetOptions, 'facts' | 'state' | 'strategy' | 'again' | 'lost'>,
): BronzePlan {
  return planDataset({
    node,
    portal: graph.portals[node.dataset.portal]!,
    source: sourceOf(node),
    allowedHosts: graph.allowedHosts,
    fullRefresh: flags.fullRefresh,
    limit: flags.limit,
    ...found,
  });
}
