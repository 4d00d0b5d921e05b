/** What comparing needs: the lake, and an engine that starts when it is first asked something. */
import type { BronzeNode, Graph, SilverNode } from '../../compile/types.js';
import type { Engine } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import { openLake } from '../../lakehouse/open-lake.js';
import type { Lake } from '../../lakehouse/types.js';
import type { Target } from '../../project/types.js';
import { engineOf } from '../engine-of.js';
import { engineOn } from '../engine-on.js';

export interface ComparisonOptions {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
}

export interface Comparison {
  readonly graph: Graph;
  readonly lake: Lake;
  readonly engine: Engine;
}

/** Opens, runs and closes; the engine ends whatever happens. */
export async function compared<T>(
  { root, graph, target }: ComparisonOptions,
  work: (comparison: Comparison) => Promise<T>,
): Promise<T> {
  const lake = await openLake(target.lake, root);
  const engine = engineOn(lake, engineOf(root, target));
  try {
    return await work({ graph, lake, engine });
  } finally {
    await engine.close();
  }
}

/** @throws LakeError LK4030 for a name that is no dataset. */
export function bronzeNode(graph: Graph, name: string): BronzeNode {
  const nodes = graph.nodes.filter((node) => node.kind === 'bronze');
  const found = nodes.find((node) => node.name === name.replace(/^(bronze|silver)\./, ''));
  if (found) return found;
  const names = nodes.map((node) => node.name);
  throw new LakeError('LK4030', `no dataset "${name}"`, {
    hint: didYouMean(name, names) ?? 'see the datasets with `lake ls --select bronze.*`',
  });
}

export function silverNode(graph: Graph, name: string): SilverNode | undefined {
  return graph.nodes.find((node): node is SilverNode => node.kind === 'silver' && node.name === name);
}
