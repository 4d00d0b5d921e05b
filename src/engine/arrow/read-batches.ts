/** Rows of a Parquet file as Arrow's record batches, a few thousand at a time: however long the file, memory holds one batch. */
import type { DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import { makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import type { Answer } from '../sql/whole-answer.js';
import { field } from './arrow-type.js';
import { columnData } from './column-data.js';
import { fromParquet } from './from-parquet.js';

/** A batch has at most so many of DuckDB's chunks, of 2,048 rows each, and fewer where rows are wide. */
const MOST_CHUNKS = 16;
const WIDE_BYTES = 16 << 20;

/**
 * In the order of the file; at least one batch, which is empty where the file is.
 * @param path Absolute. Its columns have types that published tables have.
 */
export function readBatches(path: string): AsyncGenerator<RecordBatch> {
  return fromParquet(path, batchesOf);
}

/** Of an answer; at least one batch, which is empty where it is. @throws TypeError as `arrowType`. */
export async function* batchesOf(rows: Answer): AsyncGenerator<RecordBatch> {
  const types = rows.columnTypes();
  const schema = new Schema(rows.columnNames().map((name, i) => field(name, types[i]!)));
  let most = 1;
  let batches = 0;
  for (;;) {
    const chunks = await nextChunks(rows, most);
    if (chunks.length === 0 && batches > 0) return;
    const batch = batchOf(schema, chunks);
    yield batch;
    batches += 1;
    most = batch.data.byteLength > WIDE_BYTES ? Math.max(1, most >> 1) : Math.min(MOST_CHUNKS, most * 2);
  }
}

async function nextChunks(rows: Answer, most: number): Promise<readonly DuckDBDataChunk[]> {
  const chunks: DuckDBDataChunk[] = [];
  while (chunks.length < most) {
    const chunk = await rows.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    chunks.push(chunk);
  }
  return chunks;
}

function batchOf(schema: Schema, chunks: readonly DuckDBDataChunk[]): RecordBatch {
  const length = chunks.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const children = schema.fields.map(({ type }, i) => {
    const values: DuckDBValue[] = [];
    for (const chunk of chunks) chunk.appendColumnValues(i, values);
    return columnData(type, values);
  });
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }),
  );
}
