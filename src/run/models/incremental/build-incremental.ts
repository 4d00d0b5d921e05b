/** `materialized: incremental`: the first run builds the table, later ones take new rows in and leave the other files alone. */
import type { ModelNode } from '../../../compile/types.js';
import type { TableHead } from '../../../lakehouse/types.js';
import { runUnitTests } from '../../audit/unit-tests.js';
import type { RunContext } from '../../context.js';
import type { Pins } from '../../pins.js';
import type { PlannedNode } from '../../tables/plan-node.js';
import { nodeRelation, nodeRelations } from '../../tables/relations.js';
import { buildTable } from '../build-table.js';
import type { ModelResult } from '../model-result.js';
import { checkKeyColumns } from './check-new-rows.js';
import { describeIncrement, type Increment } from './increment.js';
import { buildMicrobatch } from './microbatch/build-microbatch.js';
import { STRATEGIES } from './strategies/index.js';
import { takeIn } from './take-in.js';

/** Whether the rows of before are kept: the table is there, whole, and nobody asks for a new one. */
export function addsToTable(
  {
    pins,
    flags,
  }: {
    readonly pins: Pick<Pins, 'view'>;
    readonly flags: Pick<RunContext['flags'], 'fullRefresh'>;
  },
  node: ModelNode,
  before: TableHead | undefined,
): boolean {
  const refreshes = node.incrementalSpec!.fullRefresh ?? flags.fullRefresh;
  return before !== undefined && !before.lost && pins.view(node.id) === undefined && !refreshes;
}

/** `--empty` builds every table for the first time: what the next run would do to it is looked at as well. */
async function checkNextRun(context: RunContext, node: ModelNode): Promise<void> {
  const built = context.pins.head(node.id);
  if (context.flags.empty && node.incremental && built)
    await describeIncrement(context, incrementOf(context, node), built);
}

function incrementOf(context: RunContext, node: ModelNode): Increment {
  return {
    node,
    sql: node.incremental?.sql ?? node.sql,
    origins: node.incremental?.origins ?? node.origins ?? [],
    // The model's own relation is there for `{{self}}`.
    relations: [...nodeRelations(context, node.dependsOn), nodeRelation(context, node.id)],
  };
}

/** @throws LakeError LK4050 to LK4051 and whatever else stopped the model; the version before stays published. */
export async function buildIncremental(
  context: RunContext,
  node: ModelNode,
  planned: PlannedNode,
): Promise<ModelResult> {
  const spec = node.incrementalSpec!;
  const adds = addsToTable(context, node, planned.before);
  if (!adds || spec.strategy === 'microbatch') {
    const check = (columns: readonly { readonly name: string }[]) => checkKeyColumns(node, columns);
    const built =
      spec.strategy === 'microbatch'
        ? await buildMicrobatch(context, node, planned, adds)
        : await buildTable(context, node, planned, check);
    await checkNextRun(context, node);
    return built;
  }
  const before = planned.before!;
  const units = context.flags.audit ? await runUnitTests(context, node) : [];
  const increment = incrementOf(context, node);
  const alignment = await describeIncrement(context, increment, before);
  const sql = STRATEGIES[spec.strategy]({ spec, alignment });
  return takeIn(context, planned, { before, increment, alignment, sql, units });
}
