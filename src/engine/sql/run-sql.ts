/** Runs one SQL task: a connection and a catalog of its own, its statements in order, and nothing left behind. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteIdent } from '../../sql/quote.js';
import type { ResultSet, SqlTask, Statement } from '../types.js';
import { fillCatalog, newCatalogName } from './catalog.js';
import { duckdbError } from './duckdb-error.js';
import { prepareQuestion } from './question.js';
import { collectRows } from './result-set.js';
import type { SqlDatabase } from './sql-database.js';

const DEFAULT_LIMIT = 1_000;

/**
 * The results of the statements that collect rows, in their order.
 * @throws LakeError LK5003 to LK5007; `details` hold `statement` (its place, from 0), `line` and `col` where DuckDB knows.
 */
export async function runSql(database: SqlDatabase, task: SqlTask): Promise<readonly ResultSet[]> {
  await database.provideFunctions(task);
  const catalog = newCatalogName();
  const connection = await database.instance.connect();
  const catalogs: string[] = [];
  try {
    const views = await fillCatalog(connection, catalog, task, (name) => catalogs.push(name));
    const results: ResultSet[] = [];
    for (const [index, statement] of task.statements.entries()) {
      try {
        if (statement.collect === 'rows') results.push(await collect(connection, statement));
        else await connection.run(statement.sql);
      } catch (error) {
        throw duckdbError(error, { label: task.label, catalog, sql: statement.sql, statement: index, views });
      }
    }
    return results;
  } finally {
    connection.disconnectSync();
    await detach(database, catalogs);
  }
}

async function collect(
  connection: DuckDBConnection,
  { sql, limit, question }: Statement,
): Promise<ResultSet> {
  const result = question
    ? await (await prepareQuestion(connection, sql)).stream()
    : await connection.stream(sql);
  return collectRows(result, limit ?? DEFAULT_LIMIT);
}

/** From outside, for a connection cannot leave the catalog that it stands in. */
async function detach(database: SqlDatabase, catalogs: readonly string[]): Promise<void> {
  const connection = await database.instance.connect();
  try {
    for (const catalog of catalogs) await connection.run(`DETACH DATABASE IF EXISTS ${quoteIdent(catalog)}`);
  } finally {
    connection.disconnectSync();
  }
}
