import type { ModelNode, SilverNode } from '../../compile/types.js';
import type { TableHead } from '../../lakehouse/types.js';
import type { InputVersions } from '../../plan/fingerprint.js';
import { planTable } from '../../plan/plan-table.js';
import type { TablePlan } from '../../plan/types.js';
import type { RunContext } from '../context.js';
import { inputVersions } from './inputs.js';

export interface PlannedNode {
  /** The version that stands now. */
  readonly before?: TableHead;
  readonly inputs: InputVersions;
  readonly plan: TablePlan;
}

/** A table's plan just before it is built: its inputs are looked at again, and none is undecided any more. */
export function planNode(context: RunContext, node: SilverNode | ModelNode): PlannedNode {
  const before = context.pins.head(node.id);
  const inputs = inputVersions(context, node);
  const { fullRefresh } = context.flags;
  const plan = planTable({ node, state: before?.state, inputs, undecided: [], fullRefresh });
  return { before, inputs, plan };
}
