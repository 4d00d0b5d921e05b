/** Tests of what is published: all that `lake test` does, and what a build has left for its end. */
import type { GraphNode, NodeId } from '../../compile/types.js';
import { errorInfo, LakeError } from '../../errors/lake-error.js';
import type { RunContext } from '../context.js';
import type { NodeResult } from '../events.js';
import { testEphemeral } from '../models/ephemeral.js';
import { dataVersion } from '../tables/inputs.js';
import { reuseTable } from '../tables/reuse-table.js';
import { isEphemeral } from '../tables/standing-sql.js';
import { auditNode, TestFailure } from './audit.js';
import { runUnitTests } from './unit-tests.js';

/** `lake test`: the node's tests, whatever a build would do. @throws LakeError LK4010 where it was never built, TestFailure */
export async function testNode(
  context: RunContext,
  node: GraphNode,
): Promise<Omit<NodeResult, 'id' | 'kind' | 'seconds'>> {
  if (node.kind === 'bronze') return { status: 'reused', reason: 'bronze has no tests', tests: [] };
  if (isEphemeral(node)) return testEphemeral(context, node);
  if (!context.pins.has(node.id)) {
    const { tests } = context.flags;
    const units = await runUnitTests(context, node);
    const others = (context.testsOf.get(node.id) ?? []).some(({ id }) => tests?.has(id) ?? true);
    if (units.length > 0 && !others)
      return { status: 'reused', reason: 'never built; its unit tests need no rows of it', tests: units };
    throw new LakeError('LK4010', `${node.id} was never built: there is nothing to test`, {
      hint: `build it first: \`lake build --select +${node.id}\``,
    });
  }
  return reuseTable(context, node, 'as published');
}

/** Tests that could not run before their owner was published, on what is published now. */
export async function testDeferred(
  context: RunContext,
  selected: readonly NodeId[],
  done: (result: NodeResult) => void,
): Promise<void> {
  for (const owner of selected.filter((id) => !context.pins.isUnreadable(id))) {
    const ids = (context.testsOf.get(owner) ?? [])
      .filter((t) => context.deferredTests.has(t.id) && (context.flags.tests?.has(t.id) ?? true))
      .map((t) => t.id);
    const version = dataVersion(context, owner);
    if (ids.length === 0 || version === undefined) continue;
    const started = performance.now();
    const audit = await auditNode(context, owner, { dataVersion: version, deferred: ids });
    context.keepRecords(audit.fresh);
    const failure =
      audit.blocking > 0 ? errorInfo(new TestFailure(owner, audit.outcomes, 'published')) : undefined;
    done({
      id: `tests of ${owner}`,
      kind: 'test',
      status: failure ? 'error' : audit.fresh.length > 0 ? 'success' : 'reused',
      reason: failure?.message ?? 'tests that read what is built from it',
      error: failure,
      seconds: (performance.now() - started) / 1000,
      tests: audit.outcomes,
    });
  }
}
