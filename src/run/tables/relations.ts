/** A node of the graph as the relation that SQL reads: its pinned version's exact files, or its SQL. */
import type { NodeId } from '../../compile/types.js';
import type { Relation } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { type ScannedFile, tableRelation } from '../../lakehouse/readers/table-relation.js';
import type { Lake, ViewHead } from '../../lakehouse/types.js';
import { bindBronze } from '../bronze/bind-bronze.js';
import { type Standing, standingSql } from './standing-sql.js';

export interface Reading extends Standing {
  readonly lake: Pick<Lake, 'filePath'>;
}

/** @throws LakeError LK4010 when the table was never built. */
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

/**
 * Relations of several nodes, each once. Views and ephemerals bring what they read along, hidden from who reads them.
 * @throws LakeError LK4010 when one of them, or what it reads, was never built.
 */
export function nodeRelations(reading: Reading, ids: readonly NodeId[]): Relation[] {
  const found = new Map<string, Relation>();
  const add = (id: NodeId, within?: ViewHead): string => {
    const standing = standingSql(reading, id, within);
    const key = standing?.key ?? id;
    if (found.has(key)) return key;
    if (!standing) {
      found.set(key, nodeRelation(reading, id));
      return key;
    }
    const reads = standing.definition.reads.map((input) => add(input, standing.within));
    found.set(key, { ...sqlRelation(id, standing.definition.sql, reads), key });
    return key;
  };
  const visible = new Set(ids.map((id) => add(id)));
  return [...found].map(([key, relation]) => (visible.has(key) ? relation : { ...relation, hidden: true }));
}

/** Relations of several makings for one task, each once: hidden only where nobody asks for it by name. */
export function mergeRelations(...lists: readonly (readonly Relation[])[]): Relation[] {
  const merged = new Map<string, Relation>();
  for (const relation of lists.flat()) {
    const key = relation.key ?? `${relation.schema}.${relation.name}`;
    if (!relation.hidden || !merged.has(key)) merged.set(key, relation);
  }
  return [...merged.values()];
}

/** SQL under the name that a node has; `reads`: the keys of relations of the same task. */
export function sqlRelation(id: NodeId, sql: string, reads: readonly string[]): Relation {
  const [schema, name] = id.split('.') as [string, string];
  return { schema, name, scans: [], columns: [], view: { sql, reads } };
}

/** A node's SQL as the relation that it will be, and what it reads, hidden. @throws LakeError LK4010 */
export function viewRelations(
  reading: Reading,
  {
    id,
    sql,
    dependsOn,
  }: { readonly id: NodeId; readonly sql: string; readonly dependsOn: readonly NodeId[] },
): Relation[] {
  const inputs = nodeRelations(reading, dependsOn);
  return [...inputs.map((input) => ({ ...input, hidden: true })), sqlRelation(id, sql, dependsOn)];
}

/** Files that a node has just written, under the name that the published table has. */
export function stagedRelation(
  id: NodeId,
  columns: readonly { readonly name: string; readonly type: string }[],
  files: readonly ScannedFile[],
): Relation {
  return tableRelation({ table: id, state: { columns, files } }, (path) => path);
}
