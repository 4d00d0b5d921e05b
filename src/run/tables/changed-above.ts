/** What stands above some nodes and is no longer published as the project has it. Pure. */
import type { Graph, ModelNode, NodeId, SilverNode } from '../../compile/types.js';
import { type Pins, tablesOf } from '../pins.js';
import { publishedAs } from './plan-node.js';
import { ephemeralsBeneath, isEphemeral } from './standing-sql.js';

export interface Above {
  readonly pins: Pick<Pins, 'head' | 'view' | 'isUnreadable'>;
  readonly nodes: ReadonlyMap<NodeId, Graph['nodes'][number]>;
}

/**
 * Nodes that these read, directly or through others, that are none of these, and whose definition is another than that
 * of what is published, the nearest first. An ephemeral counts with the view or table that was built with it.
 * @param unbuilt Whether models that were never built count as well.
 */
export function changedAbove(above: Above, ids: readonly NodeId[], unbuilt = false): readonly NodeId[] {
  const these = new Set(ids);
  return [...ancestors(above, ids)].filter((id) => {
    const node = above.nodes.get(id)!;
    return !these.has(id) && node.kind !== 'bronze' && isChanged(above, node, unbuilt);
  });
}

/**
 * What has to be built so that what changed above the nodes reaches them: that, and what lies between; in the graph's order.
 * Empty where nothing changed.
 */
export function bringing(above: Above, ids: readonly NodeId[]): readonly NodeId[] {
  const changed = new Set(changedAbove(above, ids, true));
  if (changed.size === 0) return [];
  const these = new Set(ids);
  const over = ancestors(above, ids);
  const moved = new Set<NodeId>();
  // The map has the graph's order: what a node reads stands before it.
  for (const [id, node] of above.nodes)
    if (over.has(id) && (changed.has(id) || node.dependsOn.some((input) => moved.has(input)))) moved.add(id);
  return [...moved].filter((id) => !these.has(id));
}

function ancestors({ nodes }: Above, ids: readonly NodeId[]): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  const left = [...ids];
  for (let id = left.shift(); id !== undefined; id = left.shift()) {
    for (const input of nodes.get(id)?.dependsOn ?? []) {
      if (found.has(input) || !nodes.has(input)) continue;
      found.add(input);
      left.push(input);
    }
  }
  return found;
}

function isChanged(above: Above, node: SilverNode | ModelNode, unbuilt: boolean): boolean {
  // What cannot be read fails who reads it, with its own error.
  if (isEphemeral(node) || tablesOf(node).some((table) => above.pins.isUnreadable(table))) return false;
  const { state, was } = publishedAs(above.pins, node);
  if (was !== undefined) return true;
  if (state === undefined) return unbuilt && node.kind === 'model';
  if (state.definitionHash !== node.definitionHash) return true;
  const kept = above.pins.view(node.id)?.state.ephemerals;
  if (kept === undefined) return false;
  const now = ephemeralsBeneath(above, node.dependsOn);
  return Object.entries(now).some(([id, { definitionHash }]) => kept[id]?.definitionHash !== definitionHash);
}
