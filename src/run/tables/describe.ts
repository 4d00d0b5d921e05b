import type { ColumnInfo, Relation } from '../../engine/types.js';
import type { RunContext } from '../context.js';
import { publishedType } from './table-types.js';

/** The columns that a SELECT yields, with the types that they are published with. Binds, runs nothing. */
export async function describeSql(
  context: Pick<RunContext, 'engine' | 'graph'>,
  label: string,
  sql: string,
  relations: readonly Relation[],
): Promise<readonly ColumnInfo[]> {
  const [result] = await context.engine.sql({
    label,
    macros: context.graph.sqlMacros,
    relations,
    // The line break keeps the SQL's own columns: a mistake is found again in the user's file.
    statements: [{ sql: `describe\n${sql}`, collect: 'rows', limit: 100_000 }],
  });
  return result!.rows.map(([name, type]) => ({ name: String(name), type: publishedType(String(type)) }));
}
