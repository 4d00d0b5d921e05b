/** Builds one model in the way that its materialization asks for; each way is a file of this folder. */
import type { ModelNode } from '../../compile/types.js';
import type { RunContext } from '../context.js';
import { type PlannedNode, planNode } from '../tables/plan-node.js';
import { reuseTable } from '../tables/reuse-table.js';
import { buildTable } from './build-table.js';
import { buildView } from './build-view.js';
import { testEphemeral } from './ephemeral.js';
import { buildIncremental } from './incremental/build-incremental.js';
import type { ModelResult } from './model-result.js';
import { buildSeed } from './seed/build-seed.js';
import { buildSnapshot } from './snapshot/build-snapshot.js';

/** @throws LakeError whatever stopped the build; what is published stays as it is. */
export type BuildModel = (context: RunContext, node: ModelNode, planned: PlannedNode) => Promise<ModelResult>;

/** Materialization → how it is built. */
const BUILDERS: Record<Exclude<ModelNode['materialized'], 'ephemeral'>, BuildModel> = {
  table: buildTable,
  view: buildView,
  incremental: buildIncremental,
  seed: buildSeed,
  snapshot: buildSnapshot,
};

/** A model whose definition and inputs are those of its last build is not built again; its tests still count. */
export async function executeModel(context: RunContext, node: ModelNode): Promise<ModelResult> {
  const { materialized } = node;
  if (materialized === 'ephemeral') return testEphemeral(context, node);
  const planned = planNode(context, node);
  if (planned.plan.action === 'reuse') return reuseTable(context, node, planned.plan.reason);
  return BUILDERS[materialized](context, node, planned);
}
