/** Makes a Parquet reading ready: every column as text without loss, nested values as JSON text. */
import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LakeError } from '../../../errors/lake-error.js';
import { quoteIdent, quoteText, quoteTextList } from '../../../sql/quote.js';
import { readReport } from '../../sql/duckdb-error.js';
import { checkFormat } from '../check-format.js';
import { bronzeNames } from '../column-names.js';
import type { Layout, Reading, ReadyFile, ReadyPart } from '../layout.js';
import { parquetError } from './parquet-error.js';
import { textOf } from './text-of.js';

interface Column {
  readonly name: string;
  /** DuckDB's. */
  readonly type: string;
}

/**
 * Files of one part whose columns differ are read apart.
 * @throws LakeError LK5010 for other bytes, LK5019 for a file whose footer cannot be read.
 */
export async function readyParquet(
  connection: DuckDBConnection,
  { part, index }: Reading,
): Promise<readonly ReadyPart[]> {
  const { label, variables, decode } = part;
  const groups = new Map<string, { readonly columns: readonly Column[]; readonly files: ReadyFile[] }>();
  const asText = isText(decode.encoding, label);
  for (const path of part.files) {
    if (!(await checkFormat(path, 'parquet', label))) continue;
    const columns = await columnsOf(connection, path, asText, label);
    const key = JSON.stringify(columns);
    const group = groups.get(key) ?? { columns, files: [] };
    const { size } = await stat(path);
    group.files.push({ path, bytes: size, part: label, origin: path, linesBefore: 0, parquet: true });
    groups.set(key, group);
  }
  if (groups.size === 0) return [{ index, variables, files: [] }];
  return [...groups.values()].map(({ columns, files }): ReadyPart => {
    const names = bronzeNames(
      columns.map(({ name }) => name),
      Object.keys(variables),
    );
    const rowId = columns.findIndex(({ name }) => name === decode.rowId);
    return {
      index,
      variables,
      files,
      layout: parquetLayout(columns, names, asText),
      rowIdColumn: names[rowId],
    };
  });
}

/** Old writers say of no binary column that it is text; only the manifest can. */
function isText(encoding: string | undefined, part: string): boolean {
  if (encoding === undefined) return false;
  if (/^utf-?8$/i.test(encoding.trim())) return true;
  throw new LakeError('LK5012', `${part}: text in Parquet is UTF-8, not "${encoding}"`, {
    hint: 'write `encoding: utf-8` under `read:`, or leave it out',
  });
}

async function columnsOf(
  connection: DuckDBConnection,
  path: string,
  asText: boolean,
  part: string,
): Promise<readonly Column[]> {
  try {
    const result = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source([path], asText)}`);
    return result.getRowsJson().map(([name, type]) => ({ name: String(name), type: String(type) }));
  } catch (error) {
    const { message } = readReport(error instanceof Error ? error.message : String(error));
    throw parquetError(part, path, message);
  }
}

function parquetLayout(columns: readonly Column[], names: readonly string[], asText: boolean): Layout {
  const list = columns.map(
    ({ name, type }, i) => `${textOf(quoteIdent(name), type)} AS ${quoteIdent(names[i]!)}`,
  );
  return {
    key: JSON.stringify(['parquet', columns, names, asText]),
    columns: names,
    variables: [],
    select: (paths, fileColumn) => {
      if (fileColumn === undefined) return `SELECT ${list.join(', ')} FROM ${source(paths, asText)}`;
      // `filename` could be a column of the file; each path is a source of its own instead.
      return paths
        .map(
          (path, i) =>
            `SELECT ${[...list, `${i}::BIGINT AS ${quoteIdent(fileColumn)}`].join(', ')} FROM ${source([path], asText)}`,
        )
        .join(' UNION ALL ');
    },
  };
}

function source(paths: readonly string[], asText: boolean): string {
  const list = paths.length === 1 ? quoteText(paths[0]!) : quoteTextList(paths);
  return `read_parquet(${list}, hive_partitioning = false, binary_as_string = ${asText})`;
}
