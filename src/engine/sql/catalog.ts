/** A task's own catalog: an attached in-memory database in which only the declared relations have a name. */
import { randomBytes } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteIdent } from '../../sql/quote.js';
import type { SqlTask } from '../types.js';
import { duckdbError } from './duckdb-error.js';
import { relationSql } from './relation-sql.js';
import { SHARED_CATALOG } from './sql-database.js';

/** Not to be guessed, so that no task can name another's catalog. */
export function newCatalogName(): string {
  return `task_${randomBytes(12).toString('hex')}`;
}

/**
 * Attaches the catalog, makes it the connection's own and fills it: schemas, a view for each relation, macros.
 * @throws LakeError LK5004 to LK5007 naming the relation or macro.
 */
export async function fillCatalog(
  connection: DuckDBConnection,
  catalog: string,
  task: SqlTask,
): Promise<void> {
  const run = async (sql: string, what: string) => {
    try {
      await connection.run(sql);
    } catch (error) {
      throw duckdbError(error, { label: `${task.label} (${what})`, catalog });
    }
  };
  await run(`ATTACH ':memory:' AS ${quoteIdent(catalog)}`, 'its catalog');
  await run(`SET search_path = '${catalog}.main,${SHARED_CATALOG}.main'`, 'its catalog');
  for (const schema of new Set(task.relations.map((relation) => relation.schema))) {
    await run(`CREATE SCHEMA IF NOT EXISTS ${quoteIdent(schema)}`, `schema ${schema}`);
  }
  // Macros first: a relation's select list may use them. Their bodies are bound where they are used.
  for (const macro of task.macros) await run(macro, 'its macros');
  for (const relation of task.relations) {
    const name = `${quoteIdent(relation.schema)}.${quoteIdent(relation.name)}`;
    await run(`CREATE VIEW ${name} AS ${relationSql(relation)}`, `${relation.schema}.${relation.name}`);
  }
}
