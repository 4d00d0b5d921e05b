/** What an incremental run has to take in: the SQL of new rows, and its columns. */
import { originAt } from '../../../compile/locate.js';
import type { ModelNode, SqlOrigin } from '../../../compile/types.js';
import type { ColumnInfo, Relation, ResultSet, SqlTask } from '../../../engine/types.js';
import { LakeError } from '../../../errors/lake-error.js';
import type { RunContext } from '../../context.js';
import { describeModel, runModelTask } from '../model-task.js';
import { checkKeyColumns } from './check-new-rows.js';

export interface Increment {
  readonly node: ModelNode;
  /** SELECT of the new rows. */
  readonly sql: string;
  readonly origins: readonly SqlOrigin[];
  readonly relations: readonly Relation[];
}

/**
 * The columns of new rows.
 * @throws LakeError LK4051 where the key is not among them; LK50xx with the user's place where the SQL is wrong.
 */
export async function describeIncrement(
  context: RunContext,
  increment: Increment,
): Promise<readonly ColumnInfo[]> {
  const { node, sql, relations } = increment;
  const columns = await placed(increment, () => describeModel(context, node, sql, relations));
  checkKeyColumns(node, columns);
  return columns;
}

/** A task whose first statement holds the increment's SQL from its second line on. */
export function runTask(
  context: RunContext,
  increment: Increment,
  task: Pick<SqlTask, 'relations' | 'statements'>,
): Promise<readonly ResultSet[]> {
  return placed(increment, () => runModelTask(context, increment.node, task));
}

/** Mistakes in the increment's SQL are told where they stand in the rendition that ran. */
export async function placed<T>({ origins }: Increment, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    const { line, col, statement } = (error.details ?? {}) as Partial<
      Record<'line' | 'col' | 'statement', number>
    >;
    if (line === undefined || statement !== 0) throw error;
    const at = originAt(origins, line - 1, col ?? 1);
    throw new LakeError(error.code, error.message, {
      hint: error.hint,
      details: { ...error.details, ...(at && { at }) },
    });
  }
}
