/** `materialized: incremental`: the first run builds the table, later ones take new rows in and leave the other files alone. */
import type { ModelNode } from '../../../compile/types.js';
import type { TableHead } from '../../../lakehouse/types.js';
import { runUnitTests } from '../../audit/unit-tests.js';
import type { RunContext } from '../../context.js';
import type { Pins } from '../../pins.js';
import type { PlannedNode } from '../../tables/plan-node.js';
import { mergeRelations, nodeRelation, nodeRelations } from '../../tables/relations.js';
import { buildTable } from '../build-table.js';
import type { ModelResult } from '../model-result.js';
import { describeModel } from '../model-task.js';
import { alignColumns } from './align-columns.js';
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

/**
 * The rendition for later runs is bound before the first run makes rows: else the first of those would tell its mistake, at
 * night. Whether its columns fit those of the table is left to the run, whose change it may be; `--empty` has no other.
 * @throws LakeError LK4051, LK4061, LK50xx as that run would; of `--empty` LK4050 as well.
 */
async function checkNextRun(context: RunContext, node: ModelNode): Promise<void> {
  if (!node.incremental) return;
  const inputs = nodeRelations(context, node.dependsOn);
  const columns = await describeModel(context, node, node.sql, inputs);
  const [schema, name] = node.id.split('.') as [string, string];
  const relations = mergeRelations(inputs, [{ schema, name, scans: [], columns }]);
  const now = await describeIncrement(context, { ...incrementOf(node), relations });
  if (context.flags.empty) alignColumns(node.id, node.incrementalSpec!.onSchemaChange, columns, now);
}

function incrementOf(node: ModelNode): Omit<Increment, 'relations'> {
  return {
    node,
    sql: node.incremental?.sql ?? node.sql,
    origins: node.incremental?.origins ?? node.origins ?? [],
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
    if (!adds) await checkNextRun(context, node);
    const check = (columns: readonly { readonly name: string }[]) => checkKeyColumns(node, columns);
    return spec.strategy === 'microbatch'
      ? buildMicrobatch(context, node, planned, adds)
      : buildTable(context, node, planned, check);
  }
  const before = planned.before!;
  const units = context.flags.audit ? await runUnitTests(context, node) : [];
  // The model's own relation is there for `{{self}}`.
  const relations = [...nodeRelations(context, node.dependsOn), nodeRelation(context, node.id)];
  const increment = { ...incrementOf(node), relations };
  const now = await describeIncrement(context, increment);
  const alignment = alignColumns(node.id, spec.onSchemaChange, before.state.columns, now);
  const sql = STRATEGIES[spec.strategy]({ spec, alignment });
  return takeIn(context, planned, { before, increment, alignment, sql, units });
}
