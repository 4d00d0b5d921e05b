/** What the next build makes of tables that went back: said at once, for a rollback alone changes no cause. */
import type { Graph, NodeId } from '../compile/types.js';
import { planTable } from '../plan/plan-table.js';
import type { Pins } from './pins.js';
import { inputVersions } from './tables/inputs.js';
import { publishedAs } from './tables/plan-node.js';
import { standingSql } from './tables/standing-sql.js';

export interface AfterRollback {
  readonly id: NodeId;
  /** `asks`: a dataset, whose portal is asked from where it stood then. `stays`: nothing changed for it. */
  readonly action: 'asks' | 'stays' | 'built';
  readonly reason: string;
}

/** Of the tables that went back, in build order, and of all below them that the next build makes anew. */
export function afterRollback(
  graph: Graph,
  pins: Pins,
  rolled: ReadonlySet<NodeId>,
): readonly AfterRollback[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const now = Date.now();
  const built = new Set<NodeId>();
  const below = new Set<NodeId>(rolled);
  const after: AfterRollback[] = [];
  for (const node of graph.nodes) {
    const { id } = node;
    if (!rolled.has(id) && !node.dependsOn.some((input) => below.has(input))) continue;
    below.add(id);
    if (node.kind === 'bronze') {
      if (!rolled.has(id)) continue;
      after.push({
        id,
        action: 'asks',
        reason: 'its portal is asked for what came since, as if for the first time',
      });
      continue;
    }
    // What is not stored shows its inputs as they are.
    if (standingSql({ pins, nodes }, id) || (!pins.has(id) && !rolled.has(id))) continue;
    const inputs = inputVersions({ pins, nodes, run: 'rollback' }, node);
    const undecided = node.dependsOn.filter((input) => built.has(input));
    const options = { node, ...publishedAs(pins, node), inputs, undecided, fullRefresh: false, now };
    const { action, reason } = planTable(options);
    const isBuilt = action !== 'reuse';
    if (isBuilt) built.add(id);
    if (isBuilt || rolled.has(id)) after.push({ id, action: isBuilt ? 'built' : 'stays', reason });
  }
  return after;
}
