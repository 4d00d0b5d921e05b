/** DuckDB's rows as JSON values that lose nothing: what a double cannot hold becomes text. */
import type { ResultSet } from '../types.js';
import { jsonConverter } from './json-value.js';
import type { Answer } from './whole-answer.js';

/** Reads at most `limit` rows of a result; the rest is never computed where DuckDB streams. */
export async function collectRows(result: Answer, limit: number): Promise<ResultSet> {
  const columns = result.columnNames().map((name, i) => ({ name, type: String(result.columnType(i)) }));
  const rows: unknown[][] = [];
  while (rows.length <= limit) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    for (const row of chunk.convertRows(jsonConverter)) rows.push(row);
  }
  const truncated = rows.length > limit;
  return { columns, rows: truncated ? rows.slice(0, limit) : rows, truncated };
}
