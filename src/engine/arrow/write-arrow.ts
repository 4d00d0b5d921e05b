/**
 * An Arrow IPC file, which is Feather V2, from a Parquet file.
 * Source: https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
 */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type RecordBatch, RecordBatchFileWriter } from 'apache-arrow';
import { readBatches } from './read-batches.js';
import { Written } from './written.js';

/**
 * @param from, to Absolute paths; nothing is at `to`.
 * @throws what the file system throws; AbortError once the signal is aborted.
 */
export async function writeArrow(from: string, to: string, signal?: AbortSignal): Promise<void> {
  await pipeline(fileBytes(readBatches(from)), createWriteStream(to, { flags: 'wx' }), { signal });
}

/** A batch is made when the one before it is on its way to the disk. */
async function* fileBytes(batches: AsyncIterable<RecordBatch>): AsyncGenerator<Uint8Array> {
  const written = new Written();
  const writer = new RecordBatchFileWriter({ autoDestroy: false });
  writer.reset(written);
  for await (const batch of batches) {
    writer.write(batch);
    yield* written.take();
  }
  writer.finish();
  yield* written.take();
}
