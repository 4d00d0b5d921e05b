/** Reads a Parquet file in this process, a little at a time. */
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '../../sql/quote.js';
import { type Answer, wholeAnswer } from '../sql/whole-answer.js';

/** @param path Absolute. @param read Takes the rows in the order of the file. */
export async function* fromParquet<Item>(
  path: string,
  read: (rows: Answer) => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MB' });
  const connection = await instance.connect();
  try {
    const sql = `from read_parquet(${quoteText(path)}, hive_partitioning = false)`;
    yield* read(await wholeAnswer(connection, sql, () => connection.stream(sql)));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
