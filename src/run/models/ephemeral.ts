/** `materialized: ephemeral`: SQL that is bound wherever it is read, and stored nowhere. Only its tests can be run. */
import type { ModelNode } from '../../compile/types.js';
import { auditNode, TestFailure } from '../audit/audit.js';
import { runUnitTests } from '../audit/unit-tests.js';
import type { RunContext } from '../context.js';
import { definitionVersion } from '../tables/inputs.js';
import { viewRelations } from '../tables/relations.js';
import { definitionOf } from '../tables/standing-sql.js';
import type { ModelResult } from './model-result.js';

/** @throws TestFailure when a test fails: what reads the ephemeral is not built then. */
export async function testEphemeral(context: RunContext, node: ModelNode): Promise<ModelResult> {
  const result = {
    status: 'reused' as const,
    ephemeral: true as const,
    reason: 'ephemeral: read as part of what uses it, stored nowhere',
  };
  if (!context.flags.audit) return { ...result, tests: [] };
  const units = await runUnitTests(context, node);
  if (!context.graph.tests.some((test) => test.owner === node.id)) return { ...result, tests: units };
  const audit = await auditNode(context, node.id, {
    staged: viewRelations(context, node),
    dataVersion: definitionVersion(context, definitionOf(node)),
  });
  context.keepRecords(audit.fresh);
  if (audit.blocking > 0) throw new TestFailure(node.id, [...units, ...audit.outcomes]);
  return { ...result, tests: [...units, ...audit.outcomes] };
}
