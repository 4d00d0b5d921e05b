/** Everything that is published in a set, as relations: tables at its versions, views over them at the same versions. */
import type { Graph } from '../compile/types.js';
import type { Relation } from '../engine/types.js';
import { LakeError } from '../errors/lake-error.js';
import { tableRelation } from '../lakehouse/readers/table-relation.js';
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
  const ofViews = views.map(({ table }) => {
    const isMentioned = mentioned(table.slice(table.indexOf('.') + 1));
    try {
      const relations = nodeRelations(reading, [table]);
      return isMentioned ? relations : relations.map((relation) => ({ ...relation, optional: true }));
    } catch (error) {
      if (isMentioned || !(error instanceof LakeError)) throw error;
      return [];
    }
  });
  return mergeRelations(
    ...ofViews,
    // Bronze is shown as it was delivered; views read it as it is bound for them, under the same name.
    heads.map((head) => ({
      ...tableRelation(head, (file) => lake.filePath(head.table, file)),
      key: `published ${head.table}`,
    })),
  );
}

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
