/** `for_each`: the parent's rows that name the parts of a dataset. */
import type { BronzeNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { TableState } from '../../lakehouse/types.js';
import { quoteIdent } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import { nodeRelations } from '../tables/relations.js';

type ParentRows = readonly Readonly<Record<string, string>>[];

/** More parts than this are a mistake in `where:` rather than a dataset. */
const MOST_PARTS = 100_000;

/** The query that names a dataset's parts; undefined for a dataset without `for_each`. */
export function parentQuery(node: BronzeNode): string | undefined {
  if (!node.parent) return undefined;
  const { node: parent, fields, where } = node.parent;
  const columns = fields.map((field) => `${quoteIdent(field)}::varchar as ${quoteIdent(field)}`);
  const conditions = [
    ...fields.map((field) => `${quoteIdent(field)} is not null`),
    ...(where ? [`(${where})`] : []),
  ];
  const table = `"silver".${quoteIdent(parent.replace(/^silver\./, ''))}`;
  // Without a field in the addresses there is one part as soon as a row is there.
  return `select distinct ${columns.join(', ') || '1'} from ${table}${conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''} order by all`;
}

/** Whether the last load knew the parent as it is now, and asked it the same. */
export function parentsAsBefore(
  context: Pick<RunContext, 'pins'>,
  node: BronzeNode,
  state: TableState | undefined,
): boolean {
  if (!node.parent) return true;
  return (
    state?.inputs[node.parent.node] === context.pins.head(node.parent.node)?.state.dataVersion &&
    state?.parentQuery === parentQuery(node)
  );
}

/**
 * Distinct values of the fields that the templates name, as text; undefined for a dataset without `for_each`. While the
 * parent has not changed since the last load they are read from that load's own state: no engine is started.
 * @throws LakeError LK4010 when the parent has no version yet.
 */
export async function parentRows(
  context: Pick<RunContext, 'pins' | 'engine' | 'lake' | 'nodes' | 'graph'>,
  node: BronzeNode,
  state: TableState | undefined,
): Promise<ParentRows | undefined> {
  if (!node.parent) return undefined;
  const { node: parent, fields } = node.parent;
  if (context.pins.head(parent) === undefined) {
    throw new LakeError('LK4010', `${node.name} reads its files off ${parent}, which was never built`, {
      hint: `build it first: \`lake build --select +${parent.replace(/^silver\./, '')}\``,
    });
  }
  if (state?.sourceHash === node.sourceHash && parentsAsBefore(context, node, state)) {
    const known = Object.values(state.parts ?? {}).map((part) => part.variables);
    // A part has the values of its own template; where templates differ a row cannot be read back from it.
    const complete = known.every((variables) => fields.every((field) => Object.hasOwn(variables, field)));
    if (complete) return distinctRows(known, fields);
  }
  const [result] = await context.engine.sql({
    label: node.id,
    macros: context.graph.sqlMacros,
    relations: nodeRelations(context, [parent]),
    statements: [{ sql: parentQuery(node)!, collect: 'rows', limit: MOST_PARTS }],
  });
  if (result!.truncated) {
    throw new LakeError(
      'LK4011',
      `${node.name} would be made of more than ${MOST_PARTS.toLocaleString('en')} files`,
      {
        hint: `narrow \`for_each.where\` in ${node.path}`,
      },
    );
  }
  return result!.rows.map((row) => Object.fromEntries(fields.map((field, i) => [field, String(row[i])])));
}

/** Several parts may be named by one row: the members of a family. */
function distinctRows(rows: ParentRows, fields: readonly string[]): ParentRows {
  const distinct = new Map(
    rows.map((row) => {
      const values = fields.map((field) => row[field]!);
      return [JSON.stringify(values), Object.fromEntries(fields.map((field, i) => [field, values[i]!]))];
    }),
  );
  return [...distinct.values()];
}
