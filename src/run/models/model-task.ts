/** A task of a model, seed or snapshot: its pre-hooks run first, in the same catalog, and are gone with it. */
import type { HookSql, ModelNode } from '../../compile/types.js';
import type { ColumnInfo, Relation, ResultSet, SqlTask, Statement } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { RunContext } from '../context.js';
import { contractColumns, contractStatement } from '../contract/contract-columns.js';
import { mergeRelations, nodeRelation, nodeRelations } from '../tables/relations.js';
import { publishedColumn } from '../tables/table-types.js';

/**
 * The results of the task's own statements; places in its errors count from the first of these.
 * @throws LakeError LK4060 with the hook's place where a pre-hook fails.
 */
export async function runModelTask(
  context: RunContext,
  node: ModelNode,
  { relations, statements }: Pick<SqlTask, 'relations' | 'statements'>,
): Promise<readonly ResultSet[]> {
  const pre = node.hooks?.pre ?? [];
  const all = pre.length === 0 ? relations : mergeRelations(relations, hookRelations(context, node, pre));
  try {
    return await context.engine.sql({
      label: node.id,
      macros: context.graph.sqlMacros,
      relations: all,
      statements: [...pre.map(({ sql }) => ({ sql, collect: 'none' as const })), ...statements],
    });
  } catch (error) {
    throw ofHook(error, node, pre);
  }
}

/** Runs statements of a task, in the catalog that it has. */
export type RunStatements = (statements: readonly Statement[]) => Promise<readonly ResultSet[]>;

/**
 * Work that asks the engine several times over the same relations. It is one task where nothing has to be made anew for each:
 * views and pre-hooks have.
 */
export function inSteps<Result>(
  context: RunContext,
  node: ModelNode,
  relations: readonly Relation[],
  work: (run: RunStatements) => Promise<Result>,
): Promise<Result> {
  if ((node.hooks?.pre ?? []).length > 0 || relations.some((relation) => relation.view))
    return work((statements) => runModelTask(context, node, { relations, statements }));
  return context.engine.steps({ label: node.id, macros: context.graph.sqlMacros, relations }, work);
}

/**
 * The columns that SQL yields, with the types that they are published with, in the order and with the types of the
 * model's contract. Binds, runs nothing but pre-hooks.
 * @throws LakeError LK4061 where they are not those of the contract; LK4060 of a hook.
 */
export function describeModel(
  context: RunContext,
  node: ModelNode,
  sql: string,
  relations: readonly Relation[],
): Promise<readonly ColumnInfo[]> {
  return describeIn((statements) => runModelTask(context, node, { relations, statements }), node, sql);
}

/** The same as a step. @throws LakeError as `describeModel`. */
export async function describeIn(
  run: RunStatements,
  node: ModelNode,
  sql: string,
): Promise<readonly ColumnInfo[]> {
  const { contract } = node;
  const [described, declared] = await run([
    // The line break keeps the SQL's own columns: a mistake is found again in the user's file.
    { sql: `describe\n${sql}`, collect: 'rows', small: true, limit: 100_000 },
    ...(contract ? [contractStatement(contract)] : []),
  ]).catch((error: unknown) => {
    throw contract ? unknownType(error, node) : error;
  });
  const yielded = described!.rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  if (contract) return contractColumns(node, contract, yielded, declared!);
  return yielded.map(({ name, type }) => publishedColumn(name, type));
}

/**
 * Post-hooks, once the rows are there and before anything is published: the node's own name stands for them.
 * @throws LakeError LK4060 with the hook's place.
 */
export async function runPostHooks(
  context: RunContext,
  node: ModelNode,
  rows: readonly Relation[],
): Promise<void> {
  const { pre, post } = node.hooks ?? { pre: [], post: [] };
  if (post.length === 0) return;
  const inputs = nodeRelations(context, node.dependsOn);
  const hooks = [...pre, ...post];
  try {
    // What pre-hooks made is there again: they change nothing outside of their task.
    await context.engine.sql({
      label: node.id,
      macros: context.graph.sqlMacros,
      relations: mergeRelations(inputs, rows),
      statements: hooks.map(({ sql }) => ({ sql, collect: 'none' as const })),
    });
  } catch (error) {
    throw ofHook(error, node, hooks);
  }
}

/** What pre-hooks may read beside the SELECT's inputs: the table as it is, if it is. */
function hookRelations(context: RunContext, node: ModelNode, pre: readonly HookSql[]): readonly Relation[] {
  const inputs = nodeRelations(
    context,
    [...new Set(pre.flatMap(({ reads }) => reads))].filter((id) => id !== node.id),
  );
  const published = context.pins.head(node.id) && !context.pins.view(node.id);
  return published ? [...inputs, nodeRelation(context, node.id)] : inputs;
}

/** What DuckDB says of a change to a relation of the task, which is a view. */
const READ_ONLY =
  /can only (?:delete from|update|insert into) base table|is not a table|not an table|is of type view/i;

function ofHook(error: unknown, node: ModelNode, hooks: readonly HookSql[]): unknown {
  if (!(error instanceof LakeError) || hooks.length === 0) return error;
  const { statement, ...details } = error.details as { readonly statement?: number };
  if (statement === undefined) return error;
  const hook = hooks[statement];
  if (hook) {
    return new LakeError('LK4060', `${node.id}: the ${hook.name} failed: ${error.message}`, {
      hint: READ_ONLY.test(error.message)
        ? "Tables are only read here, the model's own as well: change the rows in its SQL; a hook may change what hooks made"
        : (error.hint ?? `Correct the hook in ${hook.at.file}; nothing was published`),
      details: { at: hook.at },
    });
  }
  return new LakeError(error.code, error.message, {
    ...(error.hint !== undefined && { hint: error.hint }),
    transient: error.transient,
    details: { ...details, statement: statement - hooks.length },
  });
}

/** The second statement of a description is lake's own: only a type that does not exist can be wrong with it. */
function unknownType(error: unknown, node: ModelNode): unknown {
  if (!(error instanceof LakeError) || error.details['statement'] !== 1) return error;
  return new LakeError(
    'LK4061',
    `${node.id}: the contract names a type that does not exist: ${error.message}`,
    {
      hint: 'Write a type of DuckDB, such as varchar, bigint, decimal(10,2) or timestamp',
      details: { at: node.contract?.columns[0]?.at },
    },
  );
}
