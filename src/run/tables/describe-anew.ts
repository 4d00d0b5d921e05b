/** Descriptions of a table that stays as it is: they are part of its metadata, and a new one is a commit without data. */
import type { ModelNode, SilverNode } from '../../compile/types.js';
import type { TableDocuments } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';

/** What readers of the table are told of it and of those of its columns that it has. */
export function documentsOf(
  { description, columns }: SilverNode | ModelNode,
  published: readonly { readonly name: string }[],
): TableDocuments {
  const said = new Map(columns.map((column) => [column.name.toLowerCase(), column.description?.trim()]));
  const comments: Record<string, string> = {};
  for (const { name } of published) {
    const comment = said.get(name.toLowerCase());
    if (comment) comments[name] = comment;
  }
  return { ...(description !== undefined && { description }), comments };
}

/** True where the descriptions were published anew. Its data version stays, so that what reads the table is reused. */
export async function describeAnew(context: RunContext, node: SilverNode | ModelNode): Promise<boolean> {
  const view = context.pins.view(node.id);
  if (view) {
    if (view.state.description === node.description) return false;
    const { format: _format, number: _number, after: _after, at: _at, description: _, ...state } = view.state;
    const described = { ...state, run: context.run, description: node.description };
    context.pins.publishedView(await context.lake.publishView(described));
    return true;
  }
  const head = context.pins.head(node.id);
  if (!head) return false;
  const documents = documentsOf(node, head.state.columns);
  if (same(head.state.documents, documents)) return false;
  const committed = await context.lake.commit({
    table: node.id,
    base: head.version,
    mode: 'state',
    columns: head.state.columns,
    partitionBy: node.partitionBy,
    files: [],
    documents,
    state: { ...head.state, run: context.run },
  });
  context.pins.committed(committed);
  return true;
}

function same(a: TableDocuments = { comments: {} }, b: TableDocuments): boolean {
  const [left, right] = [Object.entries(a.comments), b.comments];
  return (
    a.description === b.description &&
    left.length === Object.keys(right).length &&
    left.every(([name, comment]) => right[name] === comment)
  );
}
