/**
 * An answer read chunk by chunk to its real end. To the driver a stream that fails midway is over: `duckdb_fetch_chunk` gives NULL for
 * both, and `duckdb_result_error`, which tells them apart, is not among its functions. What fails breaks the transaction in which it
 * runs; so each stream has one of its own, and the last chunk is believed where that is still whole.
 * Source: https://duckdb.org/docs/stable/clients/c/api (duckdb_fetch_chunk, duckdb_result_error)
 */
import type { DuckDBConnection, DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';

/** As much of a result as reading it needs. */
export type Answer = Pick<DuckDBResult, 'columnNames' | 'columnTypes' | 'columnType' | 'fetchChunk'>;

export interface WholeAnswer extends Answer {
  /** @throws what DuckDB says of a row that is not the first: what was read until then is not all. */
  fetchChunk(): Promise<DuckDBDataChunk | null>;
  /** Ends what is being computed: the next chunk is null. */
  stop(): void;
  /** Gives the connection back as it was. Nothing is being read any more. */
  close(): Promise<void>;
}

/**
 * @param start Begins to stream `sql` on the connection, which is in no transaction.
 * @throws whatever `start` throws; the connection is then as it was.
 */
export async function wholeAnswer(
  connection: DuckDBConnection,
  sql: string,
  start: () => Promise<DuckDBResult>,
): Promise<WholeAnswer> {
  await connection.run('BEGIN TRANSACTION READ ONLY');
  let result: DuckDBResult;
  try {
    result = await start();
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
  let isStopped = false;
  return {
    columnNames: () => result.columnNames(),
    columnTypes: () => result.columnTypes(),
    columnType: (index) => result.columnType(index),
    async fetchChunk() {
      if (isStopped) return null;
      const chunk = await result.fetchChunk();
      if (isStopped || (chunk && chunk.rowCount > 0)) return isStopped ? null : chunk;
      if (await isBroken(connection)) throw await whatBroke(connection, sql);
      return null;
    },
    stop() {
      isStopped = true;
      connection.interrupt();
    },
    async close() {
      await connection.run('ROLLBACK');
    },
  };
}

async function isBroken(connection: DuckDBConnection): Promise<boolean> {
  try {
    await connection.run('SELECT 1');
    return false;
  } catch {
    return true;
  }
}

const AGAIN = 'EXPLAIN ANALYZE ';

/** Computed once more without its rows, it says what is wrong. */
async function whatBroke(connection: DuckDBConnection, sql: string): Promise<Error> {
  await connection.run('ROLLBACK; BEGIN TRANSACTION READ ONLY');
  const unknown = new Error(
    'Its rows broke off, and nothing says why: most often memory or disk space was short',
  );
  try {
    await connection.run(AGAIN + sql);
    return unknown;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // Of a statement that cannot be explained.
    if (/"exception_type":"Parser"/.test(text)) return unknown;
    return new Error(
      text.replace(/("position":")(\d+)/, (_, key, at) => key + Math.max(0, Number(at) - AGAIN.length)),
    );
  }
}
