/** What to say of a column that is not there: the one that was probably meant, and those that are there. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { didYouMean } from '../../errors/nearest.js';
import { isOwnColumn } from '../../sql/own-columns.js';
import { quoteText } from '../../sql/quote.js';
import { readReport } from './duckdb-error.js';

const SHOWN_TABLES = 3;
const SHOWN_COLUMNS = 12;

/** How DuckDB says that there is no such column; the name comes last. */
const MISSING = [
  /Referenced column "([^"]+)" not found in FROM clause/,
  /does not have a column named "([^"]+)"/,
  /^Column "([^"]+)" in (?:EXCLUDE|REPLACE|RENAME) list not found/,
  /Referenced table "[^"]+" not found/,
];

/**
 * A hint for the mistake, if it is a column that is not there. `catalog`: where the statement `sql` looked its tables up;
 * those that it names are listed, without the columns that lake adds to them.
 */
export async function columnsThere(
  connection: DuckDBConnection,
  catalog: string,
  error: unknown,
  sql: string,
): Promise<string | undefined> {
  const { type, message } = readReport(error instanceof Error ? error.message : String(error));
  if (type !== 'Binder' || !MISSING.some((pattern) => pattern.test(message))) return undefined;
  const wanted = MISSING.map((pattern) => pattern.exec(message)?.[1]).find((name) => name !== undefined);
  const [, list = ''] = /Candidate (?:bindings|tables): (.*)/.exec(message) ?? [];
  const candidates = [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
  // A table that has no such name: the candidates are the names of tables.
  const table = /Referenced table "([^"]+)"/.exec(message)?.[1];
  if (table !== undefined) {
    return didYouMean(table, candidates) ?? `The tables there are ${candidates.join(', ')}`;
  }
  const all = [...(await readTables(connection, catalog))];
  const said = sql.toLowerCase();
  const tables = all.filter(([table]) => said.includes(table.slice(table.indexOf('.') + 1).toLowerCase()));
  const names = tables.flatMap(([, columns]) => columns);
  const near = wanted === undefined ? undefined : didYouMean(wanted, [...names, ...candidates]);
  const there =
    tables.length === 0
      ? `The columns there are ${candidates.join(', ')}`
      : tables.slice(0, SHOWN_TABLES).map(columnsOf).join('; ');
  return near === undefined ? there : `${near} ${there}`;
}

function columnsOf([table, columns]: readonly [string, readonly string[]]): string {
  const more = columns.length > SHOWN_COLUMNS ? ` and ${columns.length - SHOWN_COLUMNS} more` : '';
  return `${table} has ${columns.slice(0, SHOWN_COLUMNS).join(', ')}${more}`;
}

async function readTables(
  connection: DuckDBConnection,
  catalog: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = new Map<string, string[]>();
  const reader = await connection
    .runAndReadAll(
      `SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns()
       WHERE database_name = ${quoteText(catalog)} AND schema_name <> 'main' ORDER BY table_oid, column_index`,
    )
    // Listing may not hide the mistake itself.
    .catch(() => undefined);
  for (const [table, column] of reader?.getRows() ?? []) {
    const columns = tables.get(String(table)) ?? [];
    tables.set(String(table), columns);
    if (!isOwnColumn(String(column))) columns.push(String(column));
  }
  return tables;
}
