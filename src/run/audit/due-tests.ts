/** Which tests of a node run now, and which of them are known to pass for these data versions. */
import type { NodeId, TestNode } from '../../compile/types.js';
import type { TestRecord, ViewHead } from '../../lakehouse/types.js';
import { type DataVersion, testHash } from '../../plan/fingerprint.js';
import type { RunContext } from '../context.js';
import { dataVersion } from '../tables/inputs.js';
import { standingSql } from '../tables/standing-sql.js';

export interface LookedUpTest {
  readonly test: TestNode;
  readonly hash: string;
  /** A record under this hash, passing or with a warning. */
  readonly known?: TestRecord;
  /** Why what it reads beside its owner cannot be asked. */
  readonly missing?: Missing;
}

export interface Missing {
  readonly message: string;
  /** This run was to build it; else none before has. */
  readonly afterFailure?: true;
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
  const others = test.dependsOn.filter((id) => id !== test.owner);
  const [missing] = others.flatMap((id) => whyMissing(context, id) ?? []);
  const versions = Object.fromEntries(
    test.dependsOn.map((id) => [id, id === test.owner ? version : (dataVersion(context, id) ?? -1)]),
  );
  const hash = testHash(test.definitionHash, versions);
  return { test, hash, missing, known: test.neverReuse ? undefined : context.passedBefore(test, hash) };
}

/**
 * Why a node cannot be read by a test of another: it was not built by this run, or by none before. Who asks has waited for it.
 */
function whyMissing(context: RunContext, id: NodeId, within?: ViewHead): Missing | undefined {
  const failed = context.notBuilt(id);
  if (failed !== undefined) return { message: failed, afterFailure: true };
  const standing = standingSql(context, id, within);
  if (standing) {
    for (const input of standing.definition.reads) {
      const missing = whyMissing(context, input, standing.within);
      if (missing !== undefined) return missing;
    }
    return undefined;
  }
  return context.pins.has(id) ? undefined : { message: `${id} was never built` };
}
