/** The inputs of a unit test as relations: given rows with the types that the real input has, a SELECT, a seed's own rows. */
import { relationSql } from '../../compile/names.js';
import type { GivenInput, ModelNode, NodeId, SilverNode, UnitTestNode } from '../../compile/types.js';
import type { ColumnInfo, Relation, Statement } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import { givenColumns, literalRows, rowNames } from '../../quality/unit-rows.js';
import { isOwnColumn } from '../../sql/own-columns.js';
import { quoteIdent } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import { bindBronze, bindGiven } from '../tables/bronze/bind-bronze.js';
import { describeSql } from '../tables/describe.js';
import { nodeRelations } from '../tables/relations.js';

/** Given rows that are cast to the types of the real input: `columns` as the rows are written. */
export interface CastRows {
  readonly given: GivenInput;
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface GivenInputs {
  readonly relations: readonly Relation[];
  /** To be run before the node's SQL. */
  readonly statements: readonly Statement[];
  /** To be read again as text: what a cast has changed is not what somebody wrote. */
  readonly cast: readonly CastRows[];
  /** Inputs that were never built, and of which nobody knows more columns than the test gives. */
  readonly unknown: readonly NodeId[];
}

/**
 * Every relation that the test's SQL reads. What the test says nothing of has no rows.
 * @throws LakeError LK2051 where a given column is none of the input's, LK4010 where a seed is not built whose own rows are read.
 */
export async function givenInputs(
  context: RunContext,
  node: SilverNode | ModelNode,
  test: UnitTestNode,
): Promise<GivenInputs> {
  const relations: Relation[] = [];
  const statements: Statement[] = [];
  const unknown: NodeId[] = [];
  const cast: CastRows[] = [];
  const bind = (given: GivenInput, columns: readonly ColumnInfo[] | undefined): void => {
    const relation = bindRows(test, given, columns);
    relations.push(relation);
    if (relation.rows && relation.rows.length > 0)
      cast.push({ given, columns: relation.columns, rows: relation.rows });
  };
  for (const input of test.reads) {
    const given = test.given.find((one) => one.input === input) ?? { input, rows: [] };
    const source = context.nodes.get(input);
    if (source?.kind === 'bronze') {
      const { name } = source;
      const names = rowNames(given.rows ?? []);
      const columns = names.map((n) => ({
        name: n,
        type: n.startsWith('_loaded_at') ? 'TIMESTAMP WITH TIME ZONE' : 'VARCHAR',
      }));
      const rows = literalRows(given.rows ?? [], names);
      relations.push({ schema: 'given', name, scans: [], columns, rows });
      statements.push(
        { sql: 'create schema if not exists "bronze"', collect: 'none' },
        {
          sql: `create view "bronze".${quoteIdent(name)} as select ${bindGiven(source, names)} from "given".${quoteIdent(name)}`,
          collect: 'none',
        },
      );
    } else if (given.rows === undefined && given.sql === undefined) {
      relations.push(...nodeRelations(context, [input]));
    } else {
      const columns = await inputColumns(context, input);
      if (!columns) unknown.push(input);
      bind(given, columns);
    }
  }
  const own = test.given.find(({ input }) => input === node.id);
  if (own || test.sql.includes(relationSql(node.id))) {
    const columns =
      context.pins.columns(node.id) ?? (await describeSql(context, test.id, node.sql, relations));
    bind(own ?? { input: node.id, rows: [] }, columns);
  }
  return { relations, statements, cast, unknown };
}

/** @param columns All that the input has; undefined where nobody knows yet. */
function bindRows(
  test: UnitTestNode,
  given: GivenInput,
  columns: readonly ColumnInfo[] | undefined,
): Relation {
  const [schema, name] = given.input.split('.') as [string, string];
  if (given.sql !== undefined) {
    const sql = withColumns(given.sql, columns ?? []);
    return { schema, name, scans: [], columns: [], view: { sql, reads: [] } };
  }
  const rows = given.rows ?? [];
  if (columns) refuseUnknown(test, given, columns);
  const typed = givenColumns(rows, columns ?? []);
  return {
    schema,
    name,
    scans: [],
    columns: typed,
    rows: literalRows(
      rows,
      typed.map((column) => column.name),
    ),
  };
}

/** Columns that the SELECT leaves out are NULL, as those that rows leave out. */
function withColumns(sql: string, columns: readonly ColumnInfo[]): string {
  const typed = columns.filter(({ type }) => type !== '');
  if (typed.length === 0) return sql;
  const list = typed.map(({ name, type }) => `null::${type} as ${quoteIdent(name)}`);
  return `select ${list.join(', ')} where false union all by name (\n${sql}\n)`;
}

function refuseUnknown(test: UnitTestNode, given: GivenInput, columns: readonly ColumnInfo[]): void {
  const names = columns.map((column) => column.name);
  const known = new Set(names.map((name) => name.toLowerCase()));
  const unknown = rowNames(given.rows ?? []).find(
    (name) => !known.has(name.toLowerCase()) && !isOwnColumn(name.toLowerCase()),
  );
  if (unknown === undefined) return;
  throw new LakeError(
    'LK2051',
    `${given.input} has no column "${unknown}", which the unit test "${test.id}" gives`,
    {
      hint: didYouMean(unknown, names) ?? `Its columns are ${names.join(', ')}`,
      details: { test: test.id, at: given.columns?.[unknown] ?? given.at ?? test.at },
    },
  );
}

/** The columns of an input with their types: as published, else as declared, else as its SQL says; undefined where nothing does. */
async function inputColumns(context: RunContext, id: NodeId): Promise<readonly ColumnInfo[] | undefined> {
  const published = context.pins.columns(id);
  const node = context.nodes.get(id);
  if (node?.kind === 'silver' && node.generated && node.columns.length > 0) {
    const declared = new Set(node.columns.map((column) => column.name));
    return [...node.columns, ...(published ?? []).filter((column) => !declared.has(column.name))];
  }
  if (published || node?.kind !== 'model' || node.sql === '') return published;
  const inputs = await Promise.all(
    node.dependsOn.map(async (input): Promise<Relation | undefined> => {
      const source = context.nodes.get(input);
      if (source?.kind === 'bronze') return bindBronze(source, undefined, (file) => file);
      const columns = await inputColumns(context, input);
      const [schema, name] = input.split('.') as [string, string];
      return columns && { schema, name, scans: [], columns };
    }),
  );
  if (inputs.includes(undefined)) return undefined;
  // SQL that is wrong is told where it is built: here the given rows say what there is.
  return describeSql(context, id, node.sql, inputs as Relation[]).catch(() => undefined);
}
