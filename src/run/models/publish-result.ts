/** The last steps that all materializations with files share: the rows of `result` are hashed, written, audited, published. */
import type { ModelNode } from '../../compile/types.js';
import type { ColumnInfo, ResultSet, Statement } from '../../engine/types.js';
import type { RunContext } from '../context.js';
import { checkConstraints } from '../contract/constraints.js';
import type { TestOutcome } from '../events.js';
import { layoutFor, orderTexts } from '../tables/layout.js';
import type { PlannedNode } from '../tables/plan-node.js';
import { type BuiltTable, publishTable } from '../tables/publish-table.js';
import { sourceProperties } from '../tables/source-properties.js';
import { stagedFiles } from '../tables/staged-files.js';
import { contentSql, copyInFilesSql } from '../tables/table-sql.js';
import type { ModelResult } from './model-result.js';
import { runPostHooks } from './model-task.js';

/** Where rows are written, absolute: a folder, which is there where they are partitioned. */
export function newOutput({ lake, run }: RunContext, { id, partitionBy }: ModelNode): Promise<string> {
  return partitionBy.length === 0 ? lake.stageFile(id, run) : lake.stage(id, run);
}

/**
 * Two statements, both with a result: the content hash of the temporary table `result`, and the files written from it.
 * @param output As of `newOutput`.
 * @throws LakeError LK4064 where partition_by or sort_by name other columns.
 */
export function storeStatements(
  node: ModelNode,
  columns: readonly Pick<ColumnInfo, 'name'>[],
  output: string,
): readonly [Statement, Statement] {
  const names = columns.map((c) => c.name);
  const { partitionBy, sortBy } = layoutFor(node, columns);
  return [
    { sql: contentSql('result', names), collect: 'rows', small: true },
    {
      sql: copyInFilesSql('select * from result', output, partitionBy, orderTexts(sortBy)),
      collect: 'rows',
      small: true,
      limit: 1_000_000,
    },
  ];
}

export interface Stored {
  readonly columns: readonly ColumnInfo[];
  /** Results of `storeStatements`; without `content` there is no version before, or it is of other content. */
  readonly content?: ResultSet;
  readonly copied: ResultSet;
  /** Of the unit tests that ran before. */
  readonly units?: readonly TestOutcome[];
  /** Microbatch: the time that the table covers. */
  readonly batches?: { readonly until: string };
}

/** @throws TestFailure and LakeError as `publishTable` does. */
export function publishResult(
  context: RunContext,
  node: ModelNode,
  planned: PlannedNode,
  { columns, content, copied, units, batches }: Stored,
): Promise<ModelResult> {
  const table = { columns, files: stagedFiles(copied), content: content?.rows[0]?.join(':'), batches };
  return publishModel(context, node, planned, table, units);
}

/**
 * Publishes what a model became, once its constraints and post-hooks have passed.
 * @param units Results of the unit tests that ran before.
 * @throws TestFailure and LakeError as `publishTable` does.
 */
export async function publishModel(
  context: RunContext,
  node: ModelNode,
  { inputs, plan }: PlannedNode,
  table: Pick<BuiltTable, 'columns' | 'files' | 'without' | 'content' | 'batches'>,
  units: readonly TestOutcome[] = [],
): Promise<ModelResult> {
  const { changed, head, tests, notes } = await publishTable(context, node, {
    ...table,
    inputs,
    properties: sourceProperties(context, node.id),
    refuse: async (rows) => {
      await checkConstraints(context, node, rows);
      await runPostHooks(context, node, rows);
    },
  });
  return {
    status: changed ? 'success' : 'unchanged',
    reason: changed ? plan.reason : `${plan.reason}, its rows are the same`,
    rows: head.state.rows,
    bytes: head.state.bytes,
    version: head.version,
    tests: [...units, ...tests],
    ...(notes.length > 0 && { notes }),
  };
}
