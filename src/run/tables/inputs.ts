import type { ModelNode, SilverNode } from '../../compile/types.js';
import type { InputVersions } from '../../plan/fingerprint.js';
import type { RunContext } from '../context.js';

/** The data versions of a node's inputs as they are pinned now; one that was never built is left out. */
export function inputVersions(
  context: Pick<RunContext, 'pins'>,
  node: SilverNode | ModelNode,
): InputVersions {
  const versions: Record<string, number> = {};
  for (const id of node.dependsOn) {
    const version = context.pins.dataVersion(id);
    if (version !== undefined) versions[id] = version;
  }
  return versions;
}
