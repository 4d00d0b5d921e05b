/** `views.sql`: opens a whole lake in plain DuckDB, without the delta extension. */

import type { Relation } from '../../engine/types.js';
import { quoteIdent } from '../../sql/quote.js';
import type { Lake, TableHead, ViewHead } from '../types.js';
import { plainViews } from './plain-views.js';
import { scanSql, tableRelation } from './table-relation.js';

/**
 * One `create or replace view` a table, over absolute paths, then the lake's own views. A table without rows is a SELECT of its columns' types
 * that yields none. Types stand in the text as DuckDB gave them: commit has parsed each.
 */
export function viewStatements(
  lake: Pick<Lake, 'filePath'>,
  heads: readonly TableHead[],
  views: readonly ViewHead[] = [],
): readonly string[] {
  const relations = heads.map((head) => tableRelation(head, (file) => lake.filePath(head.table, file)));
  const above = plainViews(heads, views);
  const schemas = [...new Set([...relations.map((relation) => relation.schema), ...above.schemas])];
  return [
    ...schemas.map((schema) => `create schema if not exists ${quoteIdent(schema)};`),
    ...relations.map(createView),
    ...above.statements,
  ];
}

/** @param notes Comments at the top. */
export function viewsSql(notes: readonly string[], statements: readonly string[]): string {
  const comments = notes.map((note) => `-- ${note.replaceAll(/[\r\n]+/g, ' ')}`);
  return `${[...comments, ...statements].join('\n')}\n`;
}

function createView(relation: Relation): string {
  const body =
    relation.scans.length === 0 ? emptySelect(relation) : relation.scans.map(scanSql).join('\nunion all\n');
  return `create or replace view ${quoteIdent(relation.schema)}.${quoteIdent(relation.name)} as\n${body};`;
}

function emptySelect({ columns }: Relation): string {
  const list = columns.map(({ name, type }) => `cast(null as ${type}) as ${quoteIdent(name)}`);
  return `select ${list.join(', ')}\nwhere false`;
}
