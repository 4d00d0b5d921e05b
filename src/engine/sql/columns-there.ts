/** What to say of a column that is not there: the one that was probably meant, and those that are there. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { didYouMean } from '../../errors/nearest.js';
import { isOwnColumn } from '../../sql/own-columns.js';
import { quoteText } from '../../sql/quote.js';
import { readReport } from './duckdb-error.js';
import { relationsInScope, type ScopedRelation, type Tree, type WantedColumn } from './relations-in-scope.js';

const SHOWN_TABLES = 3;
const SHOWN_COLUMNS = 12;

/** How DuckDB says that there is no such column. */
const MISSING = [
  /^Referenced column "(.+?)" not found in FROM clause/,
  /does not have a column named "(.+?)"/,
  /^Column "(.+?)" in (?:EXCLUDE|REPLACE|RENAME) list not found/,
  /^Column "(.+?)" does not exist on (?:left|right) side of join/,
];

interface Listed {
  readonly told?: string;
  readonly columns: readonly string[];
}

/**
 * A hint for the mistake, if it is a column that is not there. Only the columns of the relation that its qualifier names are
 * told, or of those in its own FROM clause, without the columns that lake adds to them.
 * @param connection Where the SQL was bound. @param offset Bytes before `sql` in what DuckDB was given.
 */
export async function columnsThere(
  connection: DuckDBConnection,
  error: unknown,
  sql: string,
  offset = 0,
): Promise<string | undefined> {
  const { type, message, position } = readReport(error instanceof Error ? error.message : String(error));
  if (type !== 'Binder') return undefined;
  const [, list = ''] = /Candidate (?:bindings|tables): (.*)/.exec(message) ?? [];
  const candidates = [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
  // A table that has no such name: the candidates are the names of tables.
  const table = /Referenced table "([^"]+)" not found/.exec(message)?.[1];
  if (table !== undefined) {
    return didYouMean(table, candidates) ?? `The tables there are ${candidates.join(', ')}`;
  }
  const written = MISSING.map((pattern) => pattern.exec(message)?.[1]).find((name) => name !== undefined);
  if (written === undefined) return undefined;
  const wanted = { name: written, ...(position !== undefined && { position: position - offset }) };
  // Looking may not hide the mistake itself.
  const there = await listScope(connection, sql, wanted).catch(() => []);
  const names = [...there.flatMap(({ columns }) => columns), ...candidates];
  const near = didYouMean(written.replaceAll('"', ''), names);
  const all =
    there.length === 0 && near === undefined && candidates.length > 0
      ? `Columns that are there: ${candidates.join(', ')}`
      : there
          .slice(0, SHOWN_TABLES)
          .map((one) => columnsOf(one, there.length))
          .join('; ');
  return [near, all].filter(Boolean).join(' ') || undefined;
}

function columnsOf({ told, columns }: Listed, relations: number): string {
  const more = columns.length > SHOWN_COLUMNS ? ` and ${columns.length - SHOWN_COLUMNS} more` : '';
  const names = `${columns.slice(0, SHOWN_COLUMNS).join(', ')}${more}`;
  if (told !== undefined) return `${told} has ${names}`;
  return relations === 1 ? `The columns there are ${names}` : `a subquery has ${names}`;
}

/** The relations that the column may come from; none where DuckDB cannot tell, as of one that hangs on another. */
async function listScope(
  connection: DuckDBConnection,
  sql: string,
  wanted: WantedColumn,
): Promise<readonly Listed[]> {
  const tree = (text: string) => `json_serialize_sql(${quoteText(text)})`;
  const [row] = (await connection.runAndReadAll(`select ${tree(sql)}, ${tree('from x')}`)).getRows();
  const [written, star] = row!.map((one) => JSON.parse(String(one)) as { statements?: { node: Tree }[] });
  const nodes = written!.statements ?? [];
  const scope = nodes
    .map(({ node }) => relationsInScope(node, wanted, star!.statements![0]!.node))
    .find((found) => found !== undefined);
  const listed: Listed[] = [];
  for (const relation of scope?.relations ?? []) {
    const columns = await columnsOfRelation(connection, relation).catch(() => []);
    if (columns.length > 0)
      listed.push({ ...(relation.told !== undefined && { told: relation.told }), columns });
  }
  return listed;
}

async function columnsOfRelation(
  connection: DuckDBConnection,
  { probe }: ScopedRelation,
): Promise<readonly string[]> {
  // Places are of the text before; some are beyond what JavaScript's numbers hold.
  const text = JSON.stringify({ error: false, statements: [{ node: probe }] }, (key, value) =>
    key === 'query_location' ? 0 : value,
  );
  const [row] = (await connection.runAndReadAll(`select json_deserialize_sql(${quoteText(text)})`)).getRows();
  const described = await connection.runAndReadAll(`describe ${String(row![0])}`);
  return described
    .getRows()
    .map(([name]) => String(name))
    .filter((name) => !isOwnColumn(name));
}
