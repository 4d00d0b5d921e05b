/** `materialized: table`: run the SELECT once, publish the rows if they differ from the version before. */
import type { ModelNode } from '../../compile/types.js';
import { none } from '../../engine/statement.js';
import type { ColumnInfo } from '../../engine/types.js';
import { runUnitTests } from '../audit/unit-tests.js';
import type { RunContext } from '../context.js';
import type { PlannedNode } from '../tables/plan-node.js';
import { nodeRelations } from '../tables/relations.js';
import { castSelect, keptSelect, lostStatements, markLost } from '../tables/table-types.js';
import type { ModelResult } from './model-result.js';
import { describeIn, inSteps } from './model-task.js';
import { newOutput, publishResult, type Stored, storeStatements } from './publish-result.js';
import { writeAtOnce } from './write-at-once.js';

/**
 * @param check Throws where the columns are not what they must be.
 * @throws LakeError whatever stopped the model; the version before stays published.
 */
export async function buildTable(
  context: RunContext,
  node: ModelNode,
  planned: PlannedNode,
  check?: (columns: readonly ColumnInfo[]) => void,
): Promise<ModelResult> {
  const units = context.flags.audit ? await runUnitTests(context, node) : [];
  const stored =
    (check ? undefined : await writeAtOnce(context, node)) ?? (await writeCast(context, node, check));
  return publishResult(context, node, planned, { ...stored, units });
}

/** The columns are looked at first; the rows are made in a temporary table, with the types that they are published with. */
async function writeCast(
  context: RunContext,
  node: ModelNode,
  check?: (columns: readonly ColumnInfo[]) => void,
): Promise<Stored> {
  const relations = nodeRelations(context, node.dependsOn);
  return inSteps(context, node, relations, async (run) => {
    const columns = await describeIn(run, node, node.sql);
    check?.(columns);
    const [content, copied, lost] = await run([
      none(`create temp table made as select ${castSelect(columns)} from (\n${node.sql})`),
      none(`create temp view result as select ${keptSelect(columns, node.partitionBy)} from made`),
      ...storeStatements(node, columns, await newOutput(context, node)),
      ...lostStatements(columns, node.partitionBy, 'made'),
    ]);
    return { columns: markLost(columns, node.partitionBy, lost), content, copied: copied! };
  });
}
