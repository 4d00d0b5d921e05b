/** Finds SQL that reads files or other databases, in the syntax tree that DuckDB's own parser makes of it. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { LakeError } from '../../errors/lake-error.js';
import { isFileName, mayReadElsewhere, readsElsewhere } from '../../sql/file-readers.js';
import { quoteText } from '../../sql/quote.js';
import { placeIn } from './duckdb-error.js';

/** A piece of the tree, as `json_serialize_sql` writes it. */
interface Piece {
  readonly type?: unknown;
  readonly function?: { readonly function_name?: string };
  readonly catalog_name?: string;
  readonly schema_name?: string;
  readonly table_name?: string;
  /** Byte offset in the SQL. */
  readonly query_location?: number;
}

/**
 * LK2046 with `line` and `col` in its details for the first table function or name that is a file's; a statement that is no
 * SELECT, such as a macro, is not looked into.
 */
export async function foreignRead(connection: DuckDBConnection, sql: string): Promise<LakeError | undefined> {
  if (!mayReadElsewhere(sql)) return undefined;
  const tree = `select json_serialize_sql(${quoteText(sql)}, skip_null := true, skip_empty := true)`;
  const [row] = (await connection.runAndReadAll(tree)).getRows();
  const found = firstIn(JSON.parse(String(row![0])));
  if (!found) return undefined;
  const [what, at] = found;
  return new LakeError('LK2046', `${what} reads what is not of the project`, {
    hint: 'Put a small file into seeds/ and what a portal or a folder delivers into datasets/, and read them by ref: then lake sees when they change',
    details: { ...placeIn(at, sql) },
  });
}

function firstIn(value: unknown): readonly [what: string, at: number | undefined] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const piece = value as Piece;
  const reader = piece.type === 'TABLE_FUNCTION' ? piece.function?.function_name : undefined;
  if (reader !== undefined && readsElsewhere(reader)) return [`${reader}()`, piece.query_location];
  if (piece.type === 'BASE_TABLE') {
    const name = [piece.catalog_name, piece.schema_name, piece.table_name].filter(Boolean).join('.');
    if (isFileName(name)) return [`"${name}"`, piece.query_location];
  }
  for (const inner of Object.values(value)) {
    const found = firstIn(inner);
    if (found) return found;
  }
  return undefined;
}
