/** Builds one model in the way that its materialization asks for; each way is a file of this folder. */
import type { ModelNode } from '../../compile/types.js';
import type { RunContext } from '../context.js';
import { type PlannedNode, planNode } from '../tables/plan-node.js';
import { reuseTable } from '../tables/reuse-table.js';
import type { ModelResult } from './model-result.js';

/** @throws LakeError whatever stopped the build; what is published stays as it is. */
export type BuildModel = (context: RunContext, node: ModelNode, planned: PlannedNode) => Promise<ModelResult>;

/** Materialization → how it is built; loaded when the first is built. */
const BUILDERS: Record<Exclude<ModelNode['materialized'], 'ephemeral'>, () => Promise<BuildModel>> = {
  table: async () => (await import('./build-table.js')).buildTable,
  view: async () => (await import('./build-view.js')).buildView,
  incremental: async () => (await import('./incremental/build-incremental.js')).buildIncremental,
  seed: async () => (await import('./seed/build-seed.js')).buildSeed,
  snapshot: async () => (await import('./snapshot/build-snapshot.js')).buildSnapshot,
};

/** A model whose definition and inputs are those of its last build is not built again; its tests still count. */
export async function executeModel(context: RunContext, node: ModelNode): Promise<ModelResult> {
  const { materialized } = node;
  if (materialized === 'ephemeral') {
    const { testEphemeral } = await import('./ephemeral.js');
    return testEphemeral(context, node);
  }
  const planned = planNode(context, node);
  if (planned.plan.action === 'reuse') return reuseTable(context, node, planned.plan.reason);
  const build = await BUILDERS[materialized]();
  return build(context, node, planned);
}
