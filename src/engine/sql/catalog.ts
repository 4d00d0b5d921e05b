/** A task's own catalog: an attached in-memory database in which only the declared relations have a name. */
import { randomBytes } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteIdent } from '../../sql/quote.js';
import type { Relation, SqlTask } from '../types.js';
import { columnsThere } from './columns-there.js';
import { duckdbError, type PlacedView } from './duckdb-error.js';
import { relationSql } from './relation-sql.js';
import { SHARED_CATALOG } from './sql-database.js';

/** Not to be guessed, so that no task can name another's catalog. */
export function newCatalogName(): string {
  return `task_${randomBytes(12).toString('hex')}`;
}

/**
 * Attaches the catalog, makes it the connection's own and fills it: schemas, a view for each relation, macros. A relation that
 * is SQL itself gets a catalog of its own, in which its names are found: DuckDB looks them up where the view was made.
 * @param attached Told of every catalog, to be detached in the end.
 * @returns The SQL of views, with the place that DuckDB's messages count it from.
 * @throws LakeError LK5004 to LK5007 naming the relation or macro.
 */
export async function fillCatalog(
  connection: DuckDBConnection,
  catalog: string,
  task: SqlTask,
  attached: (catalog: string) => void,
): Promise<readonly PlacedView[]> {
  const placed: PlacedView[] = [];
  const run = async (sql: string, what: string, view?: PlacedView) => {
    try {
      await connection.run(sql);
    } catch (error) {
      const hint = await columnsThere(connection, error, view?.sql ?? sql, view?.offset);
      throw duckdbError(error, { label: task.label, within: what, catalog, views: placed, hint });
    }
  };
  const open = async (name: string, relations: readonly Relation[]) => {
    attached(name);
    // The task's own comes second, for its macros; it has no relation yet when views are made.
    const path = [name, ...(name === catalog ? [] : [catalog]), SHARED_CATALOG];
    const searched = `SET search_path = '${path.map((one) => `${one}.main`).join(',')}'`;
    await run(`ATTACH ':memory:' AS ${quoteIdent(name)}; ${searched}`, 'its catalog');
    await makeSchemas(relations);
  };
  const makeSchemas = async (relations: readonly Relation[]) => {
    const statements = schemasOf(relations);
    if (statements.length > 0) await run(statements.join('; '), 'its schemas');
  };
  const byKey = new Map(task.relations.map((relation) => [keyOf(relation), relation]));
  const made = new Map<Relation, string>();
  let count = 0;
  let offset = Math.max(0, ...task.statements.map(({ sql }) => Buffer.byteLength(sql)));

  /** Makes what a view is made of, deepest first, and the view in a catalog of its own. */
  const makeView = async (relation: Relation): Promise<void> => {
    const { sql, reads } = relation.view!;
    const inputs = reads.flatMap((key) => byKey.get(key) ?? []);
    for (const input of inputs) if (input.view && !made.has(input)) await makeView(input);
    count += 1;
    const own = `${catalog}_${count}`;
    made.set(relation, own);
    await open(own, [relation, ...inputs]);
    for (const input of inputs) await bind(input);
    const head = `CREATE VIEW ${nameOf(relation)} AS `;
    offset = Math.max(offset, Buffer.byteLength(head));
    const view = { name: `${relation.schema}.${relation.name}`, sql, offset };
    placed.push(view);
    const text = `${head}${' '.repeat(offset - Buffer.byteLength(head))}${sql}`;
    offset += Buffer.byteLength(sql) + 1;
    await run(text, view.name, view);
  };
  /** Gives a relation its name in the catalog that is open. */
  const bindingOf = (relation: Relation): string => {
    const from = made.get(relation);
    const select = from ? `SELECT * FROM ${quoteIdent(from)}.${nameOf(relation)}` : relationSql(relation);
    return `CREATE OR REPLACE VIEW ${nameOf(relation)} AS ${select}`;
  };
  const bind = (relation: Relation): Promise<void> =>
    run(bindingOf(relation), `${relation.schema}.${relation.name}`);

  await open(catalog, []);
  // Macros first: a relation's select list may use them. Their bodies are bound where they are used.
  for (const macro of task.macros) await run(macro, 'its macros');
  for (const relation of task.relations) {
    if (!relation.view || relation.hidden || made.has(relation)) continue;
    try {
      await makeView(relation);
    } catch (error) {
      if (!relation.optional) throw error;
      made.delete(relation);
    }
  }
  const visible = task.relations.filter(
    (relation) => !relation.hidden && (!relation.view || made.has(relation)),
  );
  if (count > 0) await run(`SET search_path = '${catalog}.main,${SHARED_CATALOG}.main'`, 'its catalog');
  try {
    // All at once: each way to the engine's threads costs as much as a small statement.
    const together = [...schemasOf(visible), ...visible.map(bindingOf)];
    if (together.length > 0) await connection.run(together.join(';\n'));
  } catch {
    // One after the other they tell which of them it is.
    await makeSchemas(visible);
    for (const relation of visible) await bind(relation);
  }
  return placed;
}

function schemasOf(relations: readonly Relation[]): readonly string[] {
  const schemas = new Set(relations.map((relation) => relation.schema));
  return [...schemas].map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoteIdent(schema)}`);
}

function nameOf({ schema, name }: Relation): string {
  return `${quoteIdent(schema)}.${quoteIdent(name)}`;
}

function keyOf({ schema, name, key }: Relation): string {
  return key ?? `${schema}.${name}`;
}
