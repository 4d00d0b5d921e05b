/** What a reader of the files must know about where their rows come from. */
import type { BronzeNode, GraphNode, NodeId } from '../../compile/types.js';
import type { TableSource } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';

/** Table configuration for a node: the sources of every dataset that its rows are made from, each once. */
export function sourceProperties(
  context: Pick<RunContext, 'graph' | 'datasetsAbove'>,
  id: NodeId,
): Readonly<Record<string, string>> {
  const sources = new Map<string, TableSource>();
  for (const node of context.datasetsAbove(id)) {
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

/** Datasets that a node's rows are made from. Each node is asked once, however many read it. */
export function findDatasetsAbove(
  nodes: ReadonlyMap<NodeId, GraphNode>,
): (id: NodeId) => ReadonlySet<BronzeNode> {
  const known = new Map<NodeId, ReadonlySet<BronzeNode>>();
  const above = (id: NodeId): ReadonlySet<BronzeNode> => {
    const found = known.get(id);
    if (found) return found;
    const node = nodes.get(id);
    const datasets = new Set(
      node?.kind === 'bronze' ? [node] : (node?.dependsOn ?? []).flatMap((input) => [...above(input)]),
    );
    known.set(id, datasets);
    return datasets;
  };
  return above;
}
