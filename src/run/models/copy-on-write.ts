/** What incremental models and snapshots share: files whose rows stay as they are stay where they lie, others are written anew. */

import type { ModelNode } from '../../compile/types.js';
import type { ColumnInfo, Relation, ResultSet } from '../../engine/types.js';
import { tableRelation } from '../../lakehouse/readers/table-relation.js';
import type { DataFile, StagedFile, TableHead } from '../../lakehouse/types.js';
import { quoteText } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import type { TestOutcome } from '../events.js';
import { countedContent } from '../tables/content.js';
import type { PlannedNode } from '../tables/plan-node.js';
import { stayingFiles } from '../tables/publish-table.js';
import { stagedRelation } from '../tables/relations.js';
import { movedContent } from './content-hash.js';
import type { ModelResult } from './model-result.js';
import { publishModel } from './publish-result.js';

export interface Changes {
  readonly node: ModelNode;
  readonly before: TableHead;
  /** Of the next version. */
  readonly columns: readonly ColumnInfo[];
  /** Whether they differ from those before. */
  readonly changed: boolean;
  /** Rows that come as they are; `content` is the result of `contentSql` over them. */
  readonly added: { readonly files: readonly StagedFile[]; readonly content: ResultSet };
  /** Files that leave. */
  readonly touched: readonly DataFile[];
  /** What their rows became. */
  readonly rewritten?: Rewritten;
  readonly units?: readonly TestOutcome[];
  readonly notes?: readonly string[];
  /** Microbatch: the time that the table covers then. */
  readonly batches?: { readonly until: string };
}

export interface Rewritten {
  readonly files: readonly StagedFile[];
  /** Results of `contentSql` over the rows that the files held, and over those that they hold now. */
  readonly gone: ResultSet;
  readonly content: ResultSet;
}

/** @throws TestFailure when the table as it would be fails a test; LakeError as `publishTable` does. */
export async function publishChanges(
  context: RunContext,
  planned: PlannedNode,
  { node, before, columns, changed, added, touched, rewritten, units, notes = [], batches }: Changes,
): Promise<ModelResult> {
  const files = [...added.files, ...(rewritten?.files ?? [])];
  const without = touched.length === before.state.files.length ? undefined : touched.map(({ path }) => path);
  const moved = changed
    ? undefined
    : movedContent(before.state.contentHash, rewritten ? [rewritten.gone] : [], [
        added.content,
        ...(rewritten ? [rewritten.content] : []),
      ]);
  const content =
    moved ??
    (await countedContent(
      context,
      node.id,
      columns,
      stagedRelation(node.id, columns, [...stayingFiles(context, before, { columns, without }), ...files]),
    ));
  const table = { columns, files, ...(without && { without }), content, batches };
  const result = await publishModel(context, node, planned, table, units);
  const all = [...notes, ...(result.notes ?? [])];
  return all.length > 0 ? { ...result, notes: all } : result;
}

/** Rows of these files as `"self"."rows"`, each with its file as `"$file"`. */
export function knownRows(context: RunContext, before: TableHead, files: readonly DataFile[]): Relation {
  const pathOf = (path: string) => context.lake.filePath(before.table, path);
  const state = { columns: before.state.columns, files };
  const relation = tableRelation({ table: before.table, state }, pathOf);
  // DuckDB's own column has this name; a column of the table hides it.
  const isHidden = before.state.columns.some(({ name }) => name.toLowerCase() === 'filename');
  const scans = relation.scans.flatMap((scan) =>
    isHidden
      ? scan.files.map((file) => ({
          ...scan,
          files: [file],
          select: `${scan.select}, ${quoteText(file)} as "$file"`,
        }))
      : [{ ...scan, select: `${scan.select}, filename as "$file"` }],
  );
  const columns = [...relation.columns, { name: '$file', type: 'VARCHAR' }];
  return { schema: 'self', name: 'rows', scans, columns };
}
