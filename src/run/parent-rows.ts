/** `for_each`: the parent's rows that name the parts of a dataset. */
import type { BronzeNode } from '../compile/types.js';
import { quoteIdent } from '../engine/sql-text.js';
import { LakeError } from '../errors/lake-error.js';
import type { TableState } from '../lakehouse/types.js';
import type { RunContext } from './context.js';
import { nodeRelation } from './relations.js';

type ParentRows = readonly Readonly<Record<string, string>>[];

/** More parts than this are a mistake in `where:` rather than a dataset. */
const MOST_PARTS = 100_000;

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
  const { node: parent, fields, where } = node.parent;
  const version = context.pins.dataVersion(parent);
  if (version === undefined) {
    throw new LakeError('LK4010', `${node.name} reads its files off ${parent}, which was never built`, {
      hint: `build it first: \`lake build --select ${parent.replace(/^silver\./, '')}\``,
    });
  }
  if (state?.sourceHash === node.sourceHash && state.inputs[parent] === version) {
    return Object.values(state.parts ?? {}).map((part) => part.variables);
  }
  const conditions = [
    ...fields.map((field) => `${quoteIdent(field)} is not null`),
    ...(where ? [`(${where})`] : []),
  ];
  const columns = fields.map((field) => `${quoteIdent(field)}::varchar as ${quoteIdent(field)}`).join(', ');
  const [result] = await context.engine.sql({
    label: node.id,
    macros: context.graph.sqlMacros,
    relations: [nodeRelation(context, parent)],
    statements: [
      {
        sql: `select distinct ${columns} from "silver".${quoteIdent(parent.replace(/^silver\./, ''))} where ${conditions.join(' and ')} order by all`,
        collect: 'rows',
        limit: MOST_PARTS,
      },
    ],
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
