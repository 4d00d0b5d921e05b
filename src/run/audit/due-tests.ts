/** Which tests of a node run now, and which of them are known to pass for these data versions. */
import type { NodeId, TestNode } from '../../compile/types.js';
import type { TestRecord } from '../../lakehouse/types.js';
import { type DataVersion, testHash } from '../../plan/fingerprint.js';
import type { RunContext } from '../context.js';
import { dataVersion } from '../tables/inputs.js';

export interface LookedUpTest {
  readonly test: TestNode;
  readonly hash: string;
  /** A passing record under this hash. */
  readonly known?: TestRecord;
}

/**
 * @param version The data version that the node has, or will have.
 * @param deferred These tests of the node and no others: the deferred ones, at the end of a run.
 */
export function lookUpTests(
  context: RunContext,
  node: NodeId,
  version: DataVersion,
  deferred?: readonly string[],
): readonly LookedUpTest[] {
  const { deferredTests: late, flags } = context;
  return (context.testsOf.get(node) ?? [])
    .filter(({ id }) => (deferred ? deferred.includes(id) : !late.has(id)) && (flags.tests?.has(id) ?? true))
    .map((test) => lookUp(context, test, version));
}

function lookUp(context: RunContext, test: TestNode, version: DataVersion): LookedUpTest {
  const versions = Object.fromEntries(
    test.dependsOn.map((id) => [id, id === test.owner ? version : (dataVersion(context, id) ?? -1)]),
  );
  const hash = testHash(test.definitionHash, versions);
  return { test, hash, known: test.neverReuse ? undefined : context.passedBefore(test, hash) };
}
