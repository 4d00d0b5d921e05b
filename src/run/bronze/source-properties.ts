import type { BronzeNode } from '../../compile/types.js';
import type { RunContext } from '../context.js';

/** What a reader of the files must know about where they come from. */
export function sourceProperties(
  context: Pick<RunContext, 'graph'>,
  node: BronzeNode,
): Record<string, string> {
  const portal = context.graph.portals[node.dataset.portal]!;
  return {
    'lake.source': portal.repo ? `${portal.url}/${portal.repo}` : portal.url,
    ...(node.dataset.license ? { 'lake.license': node.dataset.license } : {}),
    ...(node.dataset.owner ? { 'lake.attribution': node.dataset.owner } : {}),
  };
}
