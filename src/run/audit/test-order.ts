/**
 * When a test can run: before its owner is published, once everything else that it reads has ended. A test that would
 * have to wait for something that waits for its owner cannot block it; it runs when all nodes have ended.
 */
import type { Graph, NodeId } from '../../compile/types.js';

export interface TestOrder {
  /** Ids of the tests that cannot block their owner. */
  readonly deferred: ReadonlySet<string>;
  /** By owner: the nodes that its other tests read beside it, which must have ended before it is published. */
  readonly inputs: ReadonlyMap<NodeId, ReadonlySet<NodeId>>;
}

/**
 * Takes the tests in the graph's order. Of two tables whose tests read each other the first one waits for the second,
 * and the second one's test is deferred.
 */
export function orderTests(graph: Graph): TestOrder {
  const waitsFor = new Map<NodeId, Set<NodeId>>(
    graph.nodes.map((node) => [node.id, new Set(node.dependsOn)] as const),
  );
  const inputs = new Map<NodeId, Set<NodeId>>();
  const deferred = new Set<string>();
  for (const test of graph.tests) {
    const others = test.dependsOn.filter((id) => id !== test.owner);
    if (others.some((id) => reaches(waitsFor, id, test.owner))) {
      deferred.add(test.id);
      continue;
    }
    const known = inputs.get(test.owner) ?? new Set();
    inputs.set(test.owner, known);
    for (const id of others) {
      known.add(id);
      waitsFor.get(test.owner)?.add(id);
    }
  }
  return { deferred, inputs };
}

/** Tests by the node that they audit. */
export function byOwner(tests: Graph['tests']): ReadonlyMap<NodeId, Graph['tests']> {
  const found = new Map<NodeId, Graph['tests'][number][]>();
  for (const test of tests) {
    const list = found.get(test.owner);
    if (list) list.push(test);
    else found.set(test.owner, [test]);
  }
  return found;
}

/** Whether `from` waits for `to`, directly or through others. */
function reaches(waitsFor: ReadonlyMap<NodeId, ReadonlySet<NodeId>>, from: NodeId, to: NodeId): boolean {
  const seen = new Set<NodeId>([from]);
  const stack = [from];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next === to) return true;
    for (const id of waitsFor.get(next) ?? []) {
      if (seen.has(id)) continue;
      seen.add(id);
      stack.push(id);
    }
  }
  return false;
}
