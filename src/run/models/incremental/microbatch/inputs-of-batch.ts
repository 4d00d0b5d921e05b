/** What a batch reads: inputs with an `event_time` show the rows of its window only, all others show all. */
import type { GraphNode, ModelNode } from '../../../../compile/types.js';
import type { Relation } from '../../../../engine/types.js';
import type { TimeBatch } from '../../../../plan/batches.js';
import { quoteIdent } from '../../../../sql/quote.js';
import type { RunContext } from '../../../context.js';
import { mergeRelations, nodeRelations } from '../../../tables/relations.js';

const ALL_TIMES = 'all times';

/** @throws LakeError LK4010 when an input was never built. */
export function batchRelations(context: RunContext, node: ModelNode, batch: TimeBatch): readonly Relation[] {
  const all = nodeRelations(context, node.dependsOn);
  return mergeRelations(
    all.flatMap((relation) => {
      const id = `${relation.schema}.${relation.name}`;
      const column = relation.hidden ? undefined : eventTime(context.nodes.get(id));
      if (column === undefined) return [relation];
      // Under another name: a view has its own in the catalog that it is made in.
      const source = { ...relation, schema: ALL_TIMES, name: id, key: `${ALL_TIMES} of ${id}`, hidden: true };
      const sql = `select * from ${quoteIdent(ALL_TIMES)}.${quoteIdent(id)} where ${within(quoteIdent(column), batch)}`;
      return [
        source,
        {
          schema: relation.schema,
          name: relation.name,
          key: id,
          scans: [],
          columns: [],
          view: { sql, reads: [source.key] },
        },
      ];
    }),
  );
}

/** The column that tells when something happened, where the node says so. */
export function eventTime(node: GraphNode | undefined): string | undefined {
  if (node?.kind === 'silver') return node.dataset.eventTime;
  const said = node?.kind === 'model' ? node.config['event_time'] : undefined;
  return said === undefined ? undefined : String(said);
}

/** SQL condition: the time of `column`, in UTC where it has no zone, lies in the window. */
export function within(column: string, { start, end }: TimeBatch): string {
  return `${column} >= ${moment(start)} and ${column} < ${moment(end)}`;
}

function moment(time: number): string {
  return `timestamp '${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}'`;
}
