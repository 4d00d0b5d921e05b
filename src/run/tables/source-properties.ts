/** What a reader of the files must know about where their rows come from. */
import type { BronzeNode, NodeId } from '../../compile/types.js';
import type { TableSource } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';

/** Table configuration for a node: the sources of every dataset that its rows are made from, each once. */
export function sourceProperties(
  context: Pick<RunContext, 'graph' | 'nodes'>,
  id: NodeId,
): Readonly<Record<string, string>> {
  const sources = new Map<string, TableSource>();
  for (const node of datasetsAbove(context, id, new Set())) {
    const source = sourceOf(context, node);
    sources.set(JSON.stringify(source), source);
  }
  return sources.size === 0 ? {} : { 'lake.sources': JSON.stringify([...sources.values()]) };
}

function sourceOf({ graph }: Pick<RunContext, 'graph'>, { dataset }: BronzeNode): TableSource {
  const portal = graph.portals[dataset.portal]!;
  const path = portal.repo ? `${portal.url}/${portal.repo}` : portal.url;
  return {
    path,
    title: dataset.owner ?? path,
    ...(dataset.license === undefined ? {} : { license: dataset.license }),
  };
}

function* datasetsAbove(
  context: Pick<RunContext, 'nodes'>,
  id: NodeId,
  seen: Set<NodeId>,
): Iterable<BronzeNode> {
  if (seen.has(id)) return;
  seen.add(id);
  const node = context.nodes.get(id);
  if (node?.kind === 'bronze') yield node;
  else for (const above of node?.dependsOn ?? []) yield* datasetsAbove(context, above, seen);
}
