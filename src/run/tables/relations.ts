/** A node of the graph as the relation that SQL reads: its pinned version's exact files. */
import type { NodeId } from '../../compile/types.js';
import type { Relation } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { tableRelation } from '../../lakehouse/readers/table-relation.js';
import type { StagedFile } from '../../lakehouse/types.js';
import { bindBronze } from '../bronze/bind-bronze.js';
import type { RunContext } from '../context.js';

type Reading = Pick<RunContext, 'pins' | 'lake' | 'nodes'>;

/** @throws LakeError LK4010 when the node was never built. */
export function nodeRelation({ pins, lake, nodes }: Reading, id: NodeId): Relation {
  const head = pins.head(id);
  if (!head) {
    throw new LakeError('LK4010', `${id} was never built`, {
      hint: `build it first: \`lake build --select ${id}\``,
    });
  }
  const node = nodes.get(id);
  const pathOf = (file: string) => lake.filePath(id, file);
  return node?.kind === 'bronze' ? bindBronze(node, head.state, pathOf) : tableRelation(head, pathOf);
}

/** Relations of several nodes, each once. */
export function nodeRelations(reading: Reading, ids: readonly NodeId[]): Relation[] {
  return [...new Set(ids)].map((id) => nodeRelation(reading, id));
}

/** Files that a node has just written, under the name that the published table has. */
export function stagedRelation(
  id: NodeId,
  columns: readonly { readonly name: string; readonly type: string }[],
  files: readonly StagedFile[],
): Relation {
  return tableRelation({ table: id, state: { columns, files } }, (path) => path);
}
