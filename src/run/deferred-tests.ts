/** Tests whose SQL reads something that is built from their owner: they can only run when that has ended. */
import type { Graph, NodeId } from '../compile/types.js';

/** Ids of the tests that cannot block their owner. */
export function deferredTests(graph: Graph): ReadonlySet<string> {
  const descendants = descendantsOf(graph);
  const late = graph.tests.filter((test) =>
    test.dependsOn.some((id) => id !== test.owner && descendants(test.owner).has(id)),
  );
  return new Set(late.map((test) => test.id));
}

/** Nodes that the tests of a node read beside it: they are waited for before it is published. */
export function testInputs(
  graph: Graph,
  deferred: ReadonlySet<string>,
): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  const inputs = new Map<NodeId, Set<NodeId>>();
  for (const test of graph.tests) {
    if (deferred.has(test.id)) continue;
    const set = inputs.get(test.owner) ?? new Set();
    for (const id of test.dependsOn) if (id !== test.owner) set.add(id);
    inputs.set(test.owner, set);
  }
  return inputs;
}

function descendantsOf(graph: Graph): (id: NodeId) => ReadonlySet<NodeId> {
  const children = new Map<NodeId, NodeId[]>();
  for (const node of graph.nodes) {
    for (const parent of node.dependsOn) children.set(parent, [...(children.get(parent) ?? []), node.id]);
  }
  const known = new Map<NodeId, Set<NodeId>>();
  return (id) => {
    const found = known.get(id);
    if (found) return found;
    const set = new Set<NodeId>();
    const stack = [...(children.get(id) ?? [])];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (set.has(next)) continue;
      set.add(next);
      stack.push(...(children.get(next) ?? []));
    }
    known.set(id, set);
    return set;
  };
}
