/** Puts nodes behind what they depend on, in an order that does not depend on the order of files; finds cycles. */
import type { Diagnostic, SourceSpan } from '../errors/diagnostic.js';
import type { GraphNode, NodeId } from './types.js';

/** Where the edge `from → to` is written. */
export type EdgePlaces = ReadonlyMap<NodeId, ReadonlyMap<NodeId, SourceSpan>>;

/**
 * Depth first over the nodes in the order given, so that what belongs together stays together. Every cycle is
 * reported; nodes of a cycle stand somewhere in the result. Edges to ids that do not exist are left out.
 */
export function topologicalOrder(
  nodes: readonly GraphNode[],
  places: EdgePlaces,
  report: (diagnostic: Diagnostic) => void,
): readonly GraphNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const state = new Map<NodeId, 'open' | 'done'>();
  const ordered: GraphNode[] = [];
  for (const root of nodes) {
    if (state.has(root.id)) continue;
    // A stack of its own: a chain of ten thousand models must not end in "call stack exceeded".
    const path: { readonly node: GraphNode; next: number }[] = [{ node: root, next: 0 }];
    state.set(root.id, 'open');
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const childId = top.node.dependsOn[top.next];
      if (childId === undefined) {
        state.set(top.node.id, 'done');
        ordered.push(top.node);
        path.pop();
        continue;
      }
      top.next += 1;
      const child = byId.get(childId);
      if (!child || state.get(childId) === 'done') continue;
      if (state.get(childId) === 'open') {
        const ids = path.map((step) => step.node.id);
        reportCycle(ids.slice(ids.indexOf(childId)), places, report);
        continue;
      }
      state.set(childId, 'open');
      path.push({ node: child, next: 0 });
    }
  }
  return ordered;
}

function reportCycle(
  cycle: readonly NodeId[],
  places: EdgePlaces,
  report: (diagnostic: Diagnostic) => void,
): void {
  const edges = cycle.map((from, i) => {
    const to = cycle[(i + 1) % cycle.length]!;
    return { from, to, at: places.get(from)?.get(to) };
  });
  const first = edges[0]!;
  const named = edges.filter((edge) => edge.at !== undefined);
  const hint =
    first.from === first.to
      ? first.from.startsWith('silver.')
        ? `Read {{ref '${first.from.replace(/^silver/, 'bronze')}'}}, the rows as delivered`
        : "Write {{self}} for the model's own relation"
      : `${named.map(({ from, to, at }) => `${from} reads ${to} in ${at!.file}:${at!.line}:${at!.col}`).join('; ')}`;
  report({
    code: 'LK2002',
    severity: 'error',
    message: `the graph has a cycle: ${[...cycle, cycle[0]!].join(' → ')}`,
    at: named[0]?.at,
    hint,
  });
}
