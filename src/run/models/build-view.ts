/** `materialized: view`: published as SQL. Its inputs are bound when it is read, at the versions of whoever reads it. */
import type { ModelNode } from '../../compile/types.js';
import type { ColumnInfo, Relation } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { fingerprint } from '../../plan/fingerprint.js';
import { auditNode, TestFailure } from '../audit/audit.js';
import { runUnitTests } from '../audit/unit-tests.js';
import type { RunContext } from '../context.js';
import { checkConstraints } from '../contract/constraints.js';
import { definitionVersion } from '../tables/inputs.js';
import { plainNeeds } from '../tables/plain-needs.js';
import type { PlannedNode } from '../tables/plan-node.js';
import { nodeRelations, viewRelations } from '../tables/relations.js';
import { definitionOf, ephemeralsBeneath } from '../tables/standing-sql.js';
import { publishedSelect } from '../tables/table-types.js';
import type { ModelResult } from './model-result.js';
import { describeModel, runModelTask, runPostHooks } from './model-task.js';

/**
 * A view whose SQL does not bind, or whose tests fail, is not published.
 * @throws LakeError whatever stopped it; what stood under its name stays.
 */
export async function buildView(
  context: RunContext,
  node: ModelNode,
  { inputs, plan }: PlannedNode,
): Promise<ModelResult> {
  const units = context.flags.audit ? await runUnitTests(context, node) : [];
  const { sql, columns } = await boundSql(context, node);
  const rows = viewRelations(context, { ...node, sql });
  await checkConstraints(context, node, rows);
  await runPostHooks(context, node, rows);
  const definition = { ...definitionOf(node), sql };
  const audit = context.flags.audit
    ? await auditNode(context, node.id, {
        staged: rows,
        dataVersion: definitionVersion(context, definition),
      })
    : { outcomes: [], records: [], blocking: 0 };
  if (audit.blocking > 0) {
    const stood = context.pins.view(node.id) !== undefined;
    throw new TestFailure(node.id, audit.outcomes, stood ? 'view' : 'new view');
  }
  const view = await context.lake.publishView({
    ...definition,
    table: node.id,
    run: context.run,
    ephemerals: ephemeralsBeneath(context, node.dependsOn),
    columns,
    plain: plainNeeds(context, node),
    description: node.description,
    fingerprint: fingerprint(node.definitionHash, inputs),
    inputs,
    tests: audit.records,
    audited: context.flags.audit,
  });
  context.pins.publishedView(view);
  return {
    status: 'success',
    reason: plan.reason,
    version: view.version,
    tests: [...units, ...audit.outcomes],
  };
}

/** A view is read without its pre-hooks. @throws LakeError LK2030 where it needs what they make. */
async function bindsAlone(
  context: RunContext,
  node: ModelNode,
  relations: readonly Relation[],
): Promise<void> {
  // With them: a mistake of the SQL's own is no matter of theirs.
  await describeModel(context, { ...node, contract: undefined }, node.sql, relations);
  try {
    await describeModel(context, { ...node, hooks: undefined, contract: undefined }, node.sql, relations);
  } catch (error) {
    if (!(error instanceof LakeError) || error.code !== 'LK5004') throw error;
    throw new LakeError(
      'LK2030',
      `${node.id} is a view and reads what its pre_hook makes: ${error.message}`,
      {
        hint: 'Make it a table: a view is read later, without its hooks; nothing was published',
        details: { at: node.hooks!.pre[0]!.at },
      },
    );
  }
}

/**
 * What is published, and its columns with the types that a reader sees: with a contract its names, order and types, as
 * a table has them. Binds, runs nothing.
 */
async function boundSql(
  context: RunContext,
  node: ModelNode,
): Promise<{ readonly sql: string; readonly columns: readonly ColumnInfo[] }> {
  const relations = nodeRelations(context, node.dependsOn);
  if (node.hooks?.pre.length) await bindsAlone(context, node, relations);
  if (node.contract) {
    const columns = await describeModel(context, node, node.sql, relations);
    // No line is added: a mistake is told with the user's own.
    return { sql: `select ${publishedSelect(columns, [])} from (${node.sql})`, columns };
  }
  const [result] = await runModelTask(context, node, {
    relations,
    statements: [{ sql: `describe\n${node.sql}`, collect: 'rows', limit: 100_000 }],
  });
  const columns = result!.rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  return { sql: node.sql, columns };
}
