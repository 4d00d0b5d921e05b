/** Parses SQL without binding a name of it: enough to tell a typing mistake and what it reads, needs no table. */
import { type ErrorInfo, errorInfo, LakeError } from '../../errors/lake-error.js';
import { duckdbError } from './duckdb-error.js';
import { foreignRead } from './foreign-reads.js';
import type { SqlDatabase } from './sql-database.js';

/** An error (LK5004, or LK2046 where it reads files; with `line` and `col` in its details) or null, for each text. */
export async function parseStatements(
  { instance }: SqlDatabase,
  statements: readonly string[],
): Promise<readonly (ErrorInfo | null)[]> {
  const connection = await instance.connect();
  try {
    const results: (ErrorInfo | null)[] = [];
    for (const sql of statements) {
      try {
        await connection.extractStatements(sql);
        const foreign = await foreignRead(connection, sql);
        results.push(foreign ? errorInfo(foreign) : null);
      } catch (error) {
        results.push(errorInfo(isEmpty(error) ? nothing() : duckdbError(error, { sql })));
      }
    }
    return results;
  } finally {
    connection.disconnectSync();
  }
}

/** All that the driver says of a text without any statement. */
function isEmpty(error: unknown): boolean {
  return error instanceof Error && error.message === 'Error in native callback';
}

function nothing(): LakeError {
  return new LakeError('LK5004', 'there is no SQL statement here', {
    hint: 'write a SELECT, or delete the file',
    details: { line: 1, col: 1 },
  });
}
