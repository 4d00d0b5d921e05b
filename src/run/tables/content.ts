/** The content hash of rows that lie in files: `rows:sum:engine`, equal for equal rows in any order. */
import type { ColumnInfo, Relation } from '../../engine/types.js';
import { tableRelation } from '../../lakehouse/readers/table-relation.js';
import type { TableHead } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';
import { contentSql } from './table-sql.js';

/** @param relation Under any name. */
export async function countedContent(
  { engine }: Pick<RunContext, 'engine'>,
  id: string,
  columns: readonly Pick<ColumnInfo, 'name'>[],
  relation: Relation,
): Promise<string> {
  const names = columns.map(({ name }) => name);
  const [result] = await engine.sql({
    label: id,
    macros: [],
    relations: [{ ...relation, schema: 'self', name: 'rows' }],
    statements: [{ sql: contentSql('"self"."rows"', names), collect: 'rows', small: true }],
    plain: true,
  });
  return result!.rows[0]!.join(':');
}

/**
 * Whether a published version has this content. A first version is published without its hash, for which nobody may ever
 * ask: it is counted when there is a second one of as many rows. Rows whose files are gone are published no longer.
 */
export async function hasContent(
  context: Pick<RunContext, 'engine' | 'lake'>,
  head: TableHead,
  content: string | undefined,
): Promise<boolean> {
  const { table, state, lost } = head;
  if (lost) return false;
  if (content === undefined || state.contentHash !== undefined) return state.contentHash === content;
  if (state.rows !== Number(content.split(':')[0])) return false;
  const relation = tableRelation(head, (file) => context.lake.filePath(table, file));
  return content === (await countedContent(context, table, state.columns, relation));
}
