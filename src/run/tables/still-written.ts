/** Whether the SQL that was read of a view or ephemeral is the text that the project has now, so that its lines are the file's. */
import type { NodeId } from '../../compile/types.js';
import type { Standing } from './standing-sql.js';

/** Of an ephemeral the views that were built with it keep what it was: where any has another text, nobody knows which was read. */
export function isStillWritten({ pins, nodes }: Standing, id: NodeId): boolean {
  const node = nodes.get(id);
  if (!node || node.kind === 'bronze') return false;
  // With a contract the user's own text stands in brackets, on the same lines.
  const isOf = (published: string) => published === node.sql || published.endsWith(`(${node.sql})`);
  const view = pins.view(id);
  if (view && !isOf(view.state.sql)) return false;
  for (const other of nodes.keys()) {
    const kept = pins.view(other)?.state.ephemerals[id];
    if (kept && !isOf(kept.sql)) return false;
  }
  return true;
}
