/** For `lake retry`: what changed above the nodes that it runs, and is to be built with them. */
import type { Graph, NodeId } from '../compile/types.js';
import { openLake } from '../lakehouse/open-lake.js';
import type { Target } from '../project/types.js';
import { Pins } from './pins.js';
import { bringing } from './tables/changed-above.js';

export interface BringAlongOptions {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
}

/** Nodes above these that differ from what is published or never were, and what lies between. @throws LakeError LK60xx */
export async function toBringAlong(
  { root, graph, target }: BringAlongOptions,
  ids: readonly NodeId[],
): Promise<readonly NodeId[]> {
  const lake = await openLake(target.lake, root);
  const pins = await Pins.ofGraph(lake, graph, await lake.newestSet());
  return bringing({ pins, nodes: new Map(graph.nodes.map((node) => [node.id, node])) }, ids);
}
