/** Keys of a filter that are no variables of a dataset, but fields of the one whose rows name its parts: asked of that one's silver. */
import type { BronzeNode, Graph } from '../../compile/types.js';
import type { Engine } from '../../engine/types.js';
import type { Lake, RunSet } from '../../lakehouse/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import { setReading } from '../set-relations.js';
import { nodeRelations } from '../tables/relations.js';

/** Fields of the parent's silver; none where there is no parent. */
export function parentFields(graph: Graph, { parent }: BronzeNode): readonly string[] {
  if (!parent) return [];
  const name = parent.node.replace(/^silver\./, '');
  const node = graph.nodes.find((one): one is BronzeNode => one.kind === 'bronze' && one.name === name);
  return node?.dataset.fields?.map((field) => field.name) ?? [];
}

/**
 * Whether a part is named by a row of the parent that has these values.
 * @param wanted Field → texts, one of which it must be.
 * @throws LakeError LK6020 to LK6023, LK50xx
 */
export async function namedByParent(
  asked: {
    readonly lake: Lake;
    readonly graph: Graph;
    readonly set: RunSet | undefined;
    readonly engine: Engine;
  },
  { parent }: BronzeNode,
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<(variables: Readonly<Record<string, string>>) => boolean> {
  const { node, fields } = parent!;
  const { lake, graph, set, engine } = asked;
  if (set?.tables[node] === undefined) return () => false;
  const conditions = [...wanted].map(
    ([field, values]) =>
      `cast(${quoteIdent(field)} as varchar) in (${[...values].map((value) => quoteText(value)).join(', ')})`,
  );
  const columns = fields.map((field) => `cast(${quoteIdent(field)} as varchar)`);
  const table = `"silver".${quoteIdent(node.replace(/^silver\./, ''))}`;
  const sql = `select distinct ${columns.join(', ') || '1'} from ${table} where ${conditions.join(' and ')}`;
  const relations = nodeRelations(await setReading(lake, graph, set), [node]);
  const rows = new Set<string>();
  for await (const piece of engine.stream({ label: node, macros: [], relations, sql, as: 'json' }))
    if (piece.as === 'json') for (const row of piece.rows) rows.add(JSON.stringify(row.map(String)));
  if (fields.length === 0) return () => rows.size > 0;
  return (variables) => rows.has(JSON.stringify(fields.map((field) => variables[field])));
}
