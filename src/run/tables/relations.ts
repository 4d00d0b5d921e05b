/** A node of the graph as the relation that SQL reads: its pinned version's exact files, or its SQL. */
import type { GraphNode, NodeId } from '../../compile/types.js';
import type { Relation } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { type ScannedFile, tableRelation } from '../../lakehouse/readers/table-relation.js';
import type { Lake, TableHead, ViewHead } from '../../lakehouse/types.js';
import type { RunFlags } from '../context.js';
import { bindBronze } from './bronze/bind-bronze.js';
import { type Standing, standingSql } from './standing-sql.js';

export interface Reading extends Standing {
  readonly lake: Pick<Lake, 'filePath'>;
  readonly flags?: Pick<RunFlags, 'empty'>;
}

/** @throws LakeError LK4010 when the table was never built. */
export function nodeRelation({ pins, lake, nodes, flags }: Reading, id: NodeId): Relation {
  const head = pins.head(id);
  if (flags?.empty) return withoutRows(flags.empty, id, nodes.get(id), head);
  if (!head) throw neverBuilt(id);
  const node = nodes.get(id);
  const pathOf = (file: string) => lake.filePath(id, file);
  return node?.kind === 'bronze' ? bindBronze(node, head.state, pathOf) : tableRelation(head, pathOf);
}

function neverBuilt(id: NodeId): LakeError {
  return new LakeError('LK4010', `${id} was never built`, {
    hint: `build it first: \`lake build --select +${id}\``,
  });
}

/** The columns of a node. Bronze has those that its manifest declares, or the loads that there are. */
function withoutRows(
  { columnsOf }: NonNullable<RunFlags['empty']>,
  id: NodeId,
  node: GraphNode | undefined,
  head: TableHead | undefined,
): Relation {
  const [schema, name] = id.split('.') as [string, string];
  if (node?.kind !== 'bronze') {
    if (!head) throw neverBuilt(id);
    return { schema, name, scans: [], columns: head.state.columns };
  }
  const bound = bindBronze(node, undefined, (file) => file);
  const loaded = (columnsOf.get(id) ?? []).map((column) => ({ name: column, type: 'VARCHAR' }));
  const there = new Set(bound.columns.map((column) => column.name.toLowerCase()));
  return {
    ...bound,
    columns: [...loaded.filter((column) => !there.has(column.name.toLowerCase())), ...bound.columns],
  };
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
