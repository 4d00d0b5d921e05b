import type { ModelNode, SilverNode } from '../../compile/types.js';
import type { TableHead } from '../../lakehouse/types.js';
import type { InputVersions } from '../../plan/fingerprint.js';
import { type PlanTableOptions, planTable } from '../../plan/plan-table.js';
import type { TablePlan } from '../../plan/types.js';
import type { RunContext } from '../context.js';
import type { Pins } from '../pins.js';
import { inputVersions } from './inputs.js';

export interface PlannedNode {
  /** The newest version of the table, even where a view took its place. */
  readonly before?: TableHead;
  readonly inputs: InputVersions;
  readonly plan: TablePlan;
}

/** A table's plan just before it is built: its inputs are looked at again, and none is undecided any more. */
export function planNode(context: RunContext, node: SilverNode | ModelNode): PlannedNode {
  const inputs = inputVersions(context, node);
  const { fullRefresh } = context.flags;
  const plan = planTable({
    node,
    ...publishedAs(context.pins, node),
    inputs,
    undecided: [],
    fullRefresh,
    since: context.flags.backfill?.since,
    now: context.startedAt.getTime(),
  });
  return { before: context.pins.head(node.id), inputs, plan };
}

/** What a node is published as: the state that its plan goes by, and whether it is of another kind. */
export function publishedAs(
  pins: Pick<Pins, 'head' | 'view'>,
  node: SilverNode | ModelNode,
): Pick<PlanTableOptions, 'state' | 'was' | 'foreign'> {
  const head = pins.head(node.id);
  const table = head?.state;
  const view = pins.view(node.id)?.state;
  if (node.kind === 'model' && node.materialized === 'view')
    return view ? { state: view } : { was: table && 'table' };
  if (view) return { state: table, was: 'view' };
  const companion = node.kind === 'silver' ? pins.head(`${node.id}__quarantine`)?.foreign : undefined;
  return { state: table, foreign: [...(head?.foreign ?? []), ...(companion ?? [])] };
}
