/** Builds one model in the way that its materialization asks for; each way is a file of this folder. */
import type { ModelNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { RunContext } from '../context.js';
import { type PlannedNode, planNode } from '../tables/plan-node.js';
import { reuseTable } from '../tables/reuse-table.js';
import { isEphemeral } from '../tables/standing-sql.js';
import { buildTable } from './build-table.js';
import { buildView } from './build-view.js';
import { testEphemeral } from './ephemeral.js';
import type { ModelResult } from './model-result.js';
import { buildSeed } from './seed/build-seed.js';
import { buildSnapshot } from './snapshot/build-snapshot.js';

/** @throws LakeError whatever stopped the build; what is published stays as it is. */
export type BuildModel = (context: RunContext, node: ModelNode, planned: PlannedNode) => Promise<ModelResult>;

/** Materialization → how it is built. What is not here is refused by compile (LK2022). */
const BUILDERS: Partial<Record<ModelNode['materialized'], BuildModel>> = {
  table: buildTable,
  view: buildView,
  seed: buildSeed,
  snapshot: buildSnapshot,
};

/** A model whose definition and inputs are those of its last build is not built again; its tests still count. */
export async function executeModel(context: RunContext, node: ModelNode): Promise<ModelResult> {
  if (isEphemeral(node)) return testEphemeral(context, node);
  const planned = planNode(context, node);
  if (planned.plan.action === 'reuse') return reuseTable(context, node, planned.plan.reason);
  const build = BUILDERS[node.materialized];
  if (build) return build(context, node, planned);
  throw new LakeError('LK2022', `${node.id}: lake cannot build a ${node.materialized} yet`);
}
