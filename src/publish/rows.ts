/** The rows of a task, as a relation that the engine can bind and one SELECT of it. */
import type { ColumnInfo, Relation } from '../engine/types.js';
import { tableRelation } from '../lakehouse/readers/table-relation.js';
import { quoteIdent } from '../sql/quote.js';
import type { PublishTask } from './types.js';

export interface TaskRows {
  readonly relation: Relation;
  /** `"silver"."crashes"` */
  readonly from: string;
  /** The columns that are published, in their order. */
  readonly select: string;
  readonly columns: readonly ColumnInfo[];
}

export function rowsOf({ table, columns, lake }: Pick<PublishTask, 'table' | 'columns' | 'lake'>): TaskRows {
  const relation = tableRelation(table, (file) => lake.filePath(table.table, file));
  const from = `${quoteIdent(relation.schema)}.${quoteIdent(relation.name)}`;
  const list = columns.map(({ name }) => quoteIdent(name)).join(', ');
  return { relation, from, select: `select ${list} from ${from}`, columns };
}
