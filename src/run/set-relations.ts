/** Everything that is published in a set, as relations: tables at its versions, views over them at the same versions. */
import type { Graph } from '../compile/types.js';
import type { Relation } from '../engine/types.js';
import { LakeError } from '../errors/lake-error.js';
import { tableRelation } from '../lakehouse/readers/table-relation.js';
import { isHere } from '../lakehouse/stores/store.js';
import type { Lake, RunSet } from '../lakehouse/types.js';
import { mergeRelations, nodeRelations, type Reading } from './tables/relations.js';

/**
 * @param sql What is asked. A view that it does not mention may be broken, by a column that its input no longer has: it is left
 * out then, and fails no question but those about itself.
 * @throws LakeError LK602x when a file of the lake is missing or damaged.
 */
export async function setRelations(
  lake: Lake,
  graph: Graph,
  set: RunSet | undefined,
  sql: string,
): Promise<readonly Relation[]> {
  const { heads, views, reading } = await readSet(lake, graph, set);
  const mentioned = (name: string) => sql.toLowerCase().includes(name.toLowerCase());
  const inText = isHere(lake.store) ? () => true : namedIn([sql, ...graph.sqlMacros].join('\n'));
  const ofViews = views.map(({ table }) => {
    const isMentioned = mentioned(table.slice(table.indexOf('.') + 1));
    try {
      const relations = nodeRelations(reading, [table]);
      if (isMentioned) return relations;
      return relations.map((relation) => ({
        ...(inText(table) ? relation : unread(relation)),
        optional: true,
      }));
    } catch (error) {
      if (isMentioned || !(error instanceof LakeError)) throw error;
      return [];
    }
  });
  return mergeRelations(
    ...ofViews.sort((a, b) => Number(isUnread(a)) - Number(isUnread(b))),
    // Bronze is shown as it was delivered; views read it as it is bound for them, under the same name.
    heads.map((head) => {
      const relation = tableRelation(head, (file) => lake.filePath(head.table, file));
      return { ...(inText(head.table) ? relation : unread(relation)), key: `published ${head.table}` };
    }),
  );
}

/** Whether a question may read a table: it has its name, or ways to put a name together. */
function namedIn(text: string): (table: string) => boolean {
  const asked = text.toLowerCase();
  if (/u&"|\bquery(_table)?\s*\(/.test(asked)) return () => true;
  return (table) => asked.includes(table.slice(table.indexOf('.') + 1).toLowerCase());
}

/** In a lake elsewhere what nobody asks for has its columns, and its files stay where they are. */
function unread(relation: Relation): Relation {
  return { ...relation, scans: [] };
}

const isUnread = (relations: readonly Relation[]): boolean => relations.some(({ optional }) => optional);

/** What is published in a set, to make relations of. @throws LakeError LK602x when a file of the lake is missing or damaged. */
export async function setReading(lake: Lake, graph: Graph, set: RunSet | undefined): Promise<Reading> {
  return (await readSet(lake, graph, set)).reading;
}

async function readSet(lake: Lake, graph: Graph, set: RunSet | undefined) {
  const [heads, views] = await Promise.all([
    Promise.all(Object.entries(set?.tables ?? {}).map(([table, version]) => lake.at(table, version))),
    Promise.all(Object.entries(set?.views ?? {}).map(([table, version]) => lake.viewAt(table, version))),
  ]);
  const headOf = new Map(heads.map((head) => [head.table, head]));
  const viewOf = new Map(views.map((view) => [view.table, view]));
  const reading: Reading = {
    pins: { head: (table) => headOf.get(table), view: (table) => viewOf.get(table) },
    nodes: new Map(graph.nodes.map((node) => [node.id, node])),
    lake,
  };
  return { heads, views, reading };
}
