/** Rows of a Parquet file, column by column, two thousand at a time: however long the file, memory holds these. */
import type { DuckDBBlobValue } from '@duckdb/node-api';
import { fromParquet } from './arrow/from-parquet.js';
import type { Answer } from './sql/whole-answer.js';

/** What a plain column holds: whole numbers of 64 bits as bigint, bytes as they are. */
export type PlainValue = null | boolean | number | bigint | string | Uint8Array;

export interface ColumnChunk {
  readonly rows: number;
  /** One list of values for each column. */
  readonly columns: readonly (readonly PlainValue[])[];
}

/** @param path Absolute. Its columns are booleans, numbers but decimals, texts and bytes. */
export function readColumns(path: string): AsyncGenerator<ColumnChunk> {
  return fromParquet(path, chunks);
}

async function* chunks(result: Answer): AsyncGenerator<ColumnChunk> {
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const columns = chunk
      .getColumns()
      .map((values) =>
        values.some((value) => value !== null && typeof value === 'object')
          ? values.map((value) => (value === null ? null : (value as DuckDBBlobValue).bytes))
          : (values as readonly PlainValue[]),
      );
    yield { rows: chunk.rowCount, columns };
  }
}
