/** What bronze holds of one part: its rows with the portal's columns, every value as text, as a file of the format that is asked for. */
import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { none } from '../../engine/statement.js';
import type { Engine, Relation } from '../../engine/types.js';
import { tableRelation } from '../../lakehouse/readers/table-relation.js';
import type { Lake, PartState, TableState } from '../../lakehouse/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';

/** `csv` and `ndjson`: nested values are JSON text; `json`: a list of objects. */
export type ItemFormat = 'parquet' | 'csv' | 'ndjson' | 'json';

/** A row as it was delivered: column → text, null where the portal gave none. */
export type DeliveredRow = Readonly<Record<string, string | null>>;

/** Where an item's bytes come from. */
export interface ItemSource {
  readonly lake: Lake;
  readonly engine: Engine;
  /** Absolute project root: `target/` of it holds a file while it is read. */
  readonly root: string;
}

/** The rows of a part as a version of its table has them. */
export interface StoredRows {
  readonly state: Pick<TableState, 'table' | 'columns' | 'files'>;
  /** Id of the part. */
  readonly id: string;
  readonly part: Pick<PartState, 'label'>;
  /** The loads that are meant, in their order. */
  readonly loads: readonly string[];
}

/**
 * The bytes of the file; none is made before they are read. Only files of the lake that hold rows of the part are opened.
 * Errors of the lake and the engine (LK60xx, LK50xx) are the stream's.
 */
export function itemBytes(
  source: ItemSource,
  rows: StoredRows,
  format: ItemFormat,
): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(pieces(source, rows, format), { objectMode: false }), {
    strategy: { highWaterMark: 0 },
  }) as ReadableStream<Uint8Array>;
}

const OPTIONS: Readonly<Record<ItemFormat, string>> = {
  parquet: 'format parquet, compression zstd',
  csv: 'format csv, header true',
  ndjson: 'format json, array false',
  json: 'format json, array true',
};

async function* pieces(source: ItemSource, rows: StoredRows, format: ItemFormat): AsyncGenerator<Uint8Array> {
  const { root, engine } = source;
  // The engine's SQL writes into the project and its lake alone.
  const folder = join(root, 'target', 'exports', randomUUID());
  const path = join(folder, 'rows');
  mkdirSync(folder, { recursive: true });
  try {
    const { sql, relations } = deliveredRows(source, rows);
    await engine.sql({
      label: rows.state.table,
      macros: [],
      relations,
      statements: [none(`copy (${sql}) to ${quoteText(path)} (${OPTIONS[format]})`)],
    });
    yield* createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Uint8Array>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Its rows one by one, as they are read. @throws LakeError LK60xx, LK50xx */
export async function* itemRows(
  source: ItemSource,
  rows: StoredRows,
): AsyncGenerator<DeliveredRow, void, undefined> {
  const { sql, relations } = deliveredRows(source, rows);
  const task = { label: rows.state.table, macros: [], relations, sql, as: 'json' as const };
  for await (const piece of source.engine.stream(task)) {
    if (piece.as !== 'json') continue;
    const names = piece.columns.map(({ name }) => name);
    for (const row of piece.rows)
      yield Object.fromEntries(names.map((name, i) => [name, row[i]])) as DeliveredRow;
  }
}

/** In the order in which they were delivered, without the columns that lake adds. */
function deliveredRows(
  { lake }: ItemSource,
  { state, id, part, loads }: StoredRows,
): { readonly sql: string; readonly relations: readonly Relation[] } {
  const { table } = state;
  const files = state.files.filter((file) => file.parts?.includes(id) && loads.includes(file.loadId ?? ''));
  const delivered = new Set(files.flatMap(({ columns = [] }) => columns));
  const columns = state.columns.flatMap(({ name }) => (delivered.has(name) ? [quoteIdent(name)] : []));
  const pathOf = (file: string) => lake.filePath(table, file);
  const relation = tableRelation({ table, state: { columns: state.columns, files } }, pathOf);
  const from = `${quoteIdent(relation.schema)}.${quoteIdent(relation.name)}`;
  return {
    sql: `select ${columns.join(', ') || '*'} from ${from} where _source_part = ${quoteText(part.label)} order by _loaded_at, _row`,
    relations: [relation],
  };
}
