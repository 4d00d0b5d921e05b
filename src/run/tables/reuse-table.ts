/** A table or view that stays as it is; its tests run all the same where they have no passing record for these versions. */
import type { ModelNode, SilverNode } from '../../compile/types.js';
import { auditNode, TestFailure } from '../audit/audit.js';
import { hasFailedUnit, UnitTestFailure, unitTestOutcomes } from '../audit/unit-tests.js';
import type { RunContext } from '../context.js';
import type { NodeResult } from '../events.js';
import { describeAnew } from './describe-anew.js';
import { dataVersion } from './inputs.js';

/** @throws TestFailure when a test fails on the published rows: reported, and nothing is rolled back. */
export async function reuseTable(
  context: RunContext,
  node: SilverNode | ModelNode,
  reason: string,
): Promise<Omit<NodeResult, 'id' | 'kind' | 'seconds'>> {
  const described = await describeAnew(context, node);
  const view = context.pins.view(node.id);
  const table = view ? undefined : context.pins.head(node.id);
  const result = {
    status: 'reused' as const,
    reason: described ? `${reason}; its descriptions are new` : reason,
    rows: table?.state.rows,
    bytes: table?.state.bytes,
    version: (view ?? table)?.version,
    accounting: table?.state.accounting,
  };
  if (!context.flags.audit) return { ...result, tests: [] };
  const units = await unitTestOutcomes(context, node);
  const audit = await auditNode(context, node.id, { dataVersion: dataVersion(context, node.id) ?? -1 });
  context.keepRecords(audit.fresh);
  if (hasFailedUnit(units)) throw new UnitTestFailure(node, [...units, ...audit.outcomes], true);
  if (audit.blocking > 0) throw new TestFailure(node.id, [...units, ...audit.outcomes], 'published');
  return { ...result, tests: [...units, ...audit.outcomes] };
}
