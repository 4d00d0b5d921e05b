/** Statements of a task as they are mostly written. */
import type { Statement } from './types.js';

/** Runs the SQL and sends nothing back. */
export function none(sql: string): Statement {
  return { sql, collect: 'none' };
}

/** Sends the result back. @param limit Most rows; the engine's default where left out. */
export function rows(sql: string, limit?: number): Statement {
  return { sql, collect: 'rows', limit };
}
