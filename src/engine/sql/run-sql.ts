/** Runs one SQL task: a connection and a catalog of its own, its statements in order, and nothing left behind. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteIdent } from '../../sql/quote.js';
import type { ResultSet, SqlTask, Statement } from '../types.js';
import { fillCatalog, newCatalogName } from './catalog.js';
import { columnsThere } from './columns-there.js';
import { duckdbError, type PlacedView } from './duckdb-error.js';
import { prepareQuestion } from './question.js';
import { collectRows } from './result-set.js';
import type { SqlDatabase } from './sql-database.js';
import { wholeAnswer } from './whole-answer.js';

const DEFAULT_LIMIT = 1_000;

/** A task whose catalog is there: statements may run in it. */
export interface OpenTask {
  readonly connection: DuckDBConnection;
  readonly catalog: string;
  /** All that were attached for it. */
  readonly catalogs: readonly string[];
  readonly views: readonly PlacedView[];
  readonly giveBack: SqlDatabase['giveBack'];
}

/**
 * The results of the statements that collect rows, in their order.
 * @throws LakeError LK5003 to LK5007; `details` hold `statement` (its place, from 0), `line` and `col` where DuckDB knows.
 */
export async function runSql(database: SqlDatabase, task: SqlTask): Promise<readonly ResultSet[]> {
  const open = await openTask(database, task);
  try {
    return await runStatements(open, task);
  } finally {
    await closeTask(database, open);
  }
}

/** A connection and a filled catalog; to be closed. @throws LakeError where a relation or macro is wrong: nothing is left then. */
export async function openTask(database: SqlDatabase, task: SqlTask): Promise<OpenTask> {
  await database.provideFunctions(task);
  const catalog = newCatalogName();
  const connection = await database.instance.connect();
  const catalogs: string[] = [];
  try {
    const views = await fillCatalog(connection, catalog, task, (name) => catalogs.push(name));
    return { connection, catalog, catalogs, views, giveBack: database.giveBack };
  } catch (error) {
    await closeTask(database, { connection, catalogs });
    throw error;
  }
}

/** @throws LakeError as `runSql`. */
export async function runStatements(
  { connection, catalog, views, giveBack }: OpenTask,
  { label, statements }: Pick<SqlTask, 'label' | 'statements'>,
): Promise<readonly ResultSet[]> {
  const results: ResultSet[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      const result = await runStatement(connection, statement);
      if (result) results.push(result);
      if (!goesOn(statement, result)) break;
    } catch (error) {
      const hint = await columnsThere(connection, error, statement.sql);
      throw duckdbError(error, { label, catalog, sql: statement.sql, statement: index, views, hint });
    }
    await giveBack();
  }
  return results;
}

/** Its rows, if they are to be collected. @throws what DuckDB says. */
export async function runStatement(
  connection: DuckDBConnection,
  statement: Statement,
): Promise<ResultSet | undefined> {
  if (statement.collect === 'rows') return collect(connection, statement);
  await connection.run(statement.sql);
  return undefined;
}

/** Whether the statements after it run, see `Statement.onlyTypes`. */
export function goesOn({ onlyTypes }: Statement, described: ResultSet | undefined): boolean {
  if (!onlyTypes || !described) return true;
  const columns = described.rows.map(([name, type]) => [String(name).toLowerCase(), String(type)] as const);
  return (
    new Set(columns.map(([name]) => name)).size === columns.length &&
    columns.every(([, type]) => onlyTypes.includes(type.replace(/\([\d,]*\)$/, '')))
  );
}

/** Leaves nothing behind. */
export async function closeTask(
  database: SqlDatabase,
  { connection, catalogs }: Pick<OpenTask, 'connection' | 'catalogs'>,
): Promise<void> {
  connection.disconnectSync();
  await detach(database, catalogs);
  await database.giveBack();
}

async function collect(
  connection: DuckDBConnection,
  { sql, limit, question, small }: Statement,
): Promise<ResultSet> {
  const most = limit ?? DEFAULT_LIMIT;
  // The first rows of an answer are there before it is believed; only of a long one some may be missing.
  if (!question && most <= DEFAULT_LIMIT)
    return collectRows(await (small ? connection.run(sql) : connection.stream(sql)), most);
  const answer = await wholeAnswer(connection, sql, async () =>
    question ? (await prepareQuestion(connection, sql)).stream() : connection.stream(sql),
  );
  try {
    return await collectRows(answer, most);
  } finally {
    await answer.close();
  }
}

/** From outside, for a connection cannot leave the catalog that it stands in. */
async function detach(database: SqlDatabase, catalogs: readonly string[]): Promise<void> {
  if (catalogs.length === 0) return;
  const connection = await database.instance.connect();
  try {
    await connection.run(
      catalogs.map((catalog) => `DETACH DATABASE IF EXISTS ${quoteIdent(catalog)}`).join('; '),
    );
  } finally {
    connection.disconnectSync();
  }
}
