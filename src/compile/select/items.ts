/** Everything that a selector can choose, with the edges that `+` follows. */
import type { ExposureNode, Graph, GraphNode, NodeId, TestNode, UnitTestNode } from '../types.js';

export type Item =
  | {
      readonly type: 'node';
      readonly id: NodeId;
      readonly names: readonly string[];
      readonly node: GraphNode;
    }
  | { readonly type: 'test'; readonly id: string; readonly names: readonly string[]; readonly test: TestNode }
  | {
      readonly type: 'exposure';
      readonly id: string;
      readonly names: readonly string[];
      readonly exposure: ExposureNode;
    }
  | {
      readonly type: 'unit_test';
      readonly id: string;
      readonly names: readonly string[];
      readonly test: UnitTestNode;
    };

export interface Items {
  readonly all: readonly Item[];
  /** What stands directly above an item; of a test everything that it reads. */
  readonly parents: ReadonlyMap<string, readonly NodeId[]>;
  /** Nodes and exposures that stand directly below a node. */
  readonly children: ReadonlyMap<NodeId, readonly string[]>;
  /** Tests that audit a node, unit tests included. */
  readonly testsOf: ReadonlyMap<NodeId, readonly string[]>;
}

/** Nodes, data tests and unit tests of a graph with the edges that selection follows, read once for all criteria. */
export function indexItems(graph: Graph): Items {
  const all: Item[] = [];
  const parents = new Map<string, readonly NodeId[]>();
  const children = new Map<NodeId, string[]>();
  const testsOf = new Map<NodeId, string[]>();
  const add = (map: Map<string, string[]>, key: string, value: string): void => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  for (const node of graph.nodes) {
    all.push({ type: 'node', id: node.id, names: [node.name, node.id, ...versionNames(node)], node });
    parents.set(node.id, node.dependsOn);
    for (const parent of node.dependsOn) add(children, parent, node.id);
  }
  for (const exposure of graph.exposures ?? []) {
    all.push({ type: 'exposure', id: exposure.id, names: [exposure.id], exposure });
    parents.set(exposure.id, exposure.dependsOn);
    for (const parent of exposure.dependsOn) add(children, parent, exposure.id);
  }
  for (const test of graph.tests) {
    const file = test.kind === 'singular' ? [test.id.replace(/^.*\//, '').replace(/\.sql$/, '')] : [];
    const given = test.givenName === undefined ? [] : [test.givenName];
    all.push({ type: 'test', id: test.id, names: [test.id, ...file, ...given], test });
    parents.set(test.id, test.dependsOn);
    add(testsOf, test.owner, test.id);
  }
  for (const test of graph.unitTests) {
    all.push({ type: 'unit_test', id: test.id, names: [test.id, test.id.replace(/^.*?::/, '')], test });
    parents.set(test.id, [test.node]);
    add(testsOf, test.node, test.id);
  }
  return { all, parents, children, testsOf };
}

/** `orders` and `orders.v2`: what a version of a model goes by beside its own name. */
function versionNames(node: GraphNode): readonly string[] {
  const version = node.kind === 'model' ? node.version : undefined;
  return version ? [version.of, `${version.of}.v${version.v}`] : [];
}
