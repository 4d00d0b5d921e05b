/** Nodes that are SQL when they are read: views as they are published, ephemerals as the project has them. */
import type { Graph, ModelNode, NodeId } from '../../compile/types.js';
import type { SqlDefinition, ViewHead } from '../../lakehouse/types.js';
import type { Pins } from '../pins.js';

/** What is read: versions that belong together, and the project's nodes. */
export interface Standing {
  readonly pins: Pick<Pins, 'head' | 'view'>;
  readonly nodes: ReadonlyMap<NodeId, Graph['nodes'][number]>;
}

export interface StandingSql {
  /** Tells it from a node of the same id: a published view keeps the ephemerals that it was built with. */
  readonly key: string;
  readonly definition: SqlDefinition;
  /** The view whose ephemerals its `reads` mean first. */
  readonly within?: ViewHead;
}

/** Undefined for a table, built or not. `within`: the published view that reads it. */
export function standingSql(
  { pins, nodes }: Standing,
  id: NodeId,
  within?: ViewHead,
): StandingSql | undefined {
  const beneath = within?.state.ephemerals[id];
  if (beneath) return { key: `${id} of ${within.table}`, definition: beneath, within };
  const node = nodes.get(id);
  if (node && isEphemeral(node)) return { key: id, definition: definitionOf(node) };
  const view = pins.view(id);
  return view && { key: id, definition: view.state, within: view };
}

/** What a model says, as it is kept with a view. */
export function definitionOf(node: ModelNode): SqlDefinition {
  const { sql, dependsOn, definitionHash, neverReuse } = node;
  return { sql, reads: dependsOn, definitionHash, volatile: neverReuse };
}

/** Every ephemeral that SQL which reads these finds, directly or through other ephemerals. */
export function ephemeralsBeneath(
  { nodes }: Pick<Standing, 'nodes'>,
  ids: readonly NodeId[],
  found: Record<NodeId, SqlDefinition> = {},
): Readonly<Record<NodeId, SqlDefinition>> {
  for (const id of ids) {
    const node = nodes.get(id);
    if (!node || !isEphemeral(node) || Object.hasOwn(found, id)) continue;
    found[id] = definitionOf(node);
    ephemeralsBeneath({ nodes }, node.dependsOn, found);
  }
  return found;
}

export function isEphemeral(
  node: Graph['nodes'][number],
): node is ModelNode & { readonly materialized: 'ephemeral' } {
  return node.kind === 'model' && node.materialized === 'ephemeral';
}
