/**
 * The rows of an answer as pieces of an Arrow IPC stream.
 * Source: https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
import { RecordBatchStreamWriter } from 'apache-arrow';
import { LakeError } from '../../errors/lake-error.js';
import type { Answer } from '../sql/whole-answer.js';
import { arrowType } from './arrow-type.js';
import { batchesOf } from './read-batches.js';
import { Written } from './written.js';

/** One record batch each, the first one behind the schema. @throws LakeError LK5020 for a column that has no type of Arrow. */
export async function* ipcPieces(result: Answer): AsyncGenerator<Buffer, void, undefined> {
  checkTypes(result);
  const written = new Written();
  const writer = new RecordBatchStreamWriter({ autoDestroy: false });
  writer.reset(written);
  for await (const batch of batchesOf(result)) {
    writer.write(batch);
    yield Buffer.concat(written.take());
  }
}

function checkTypes(result: Answer): void {
  for (const [i, name] of result.columnNames().entries()) {
    const type = result.columnType(i);
    try {
      arrowType(type);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new LakeError('LK5020', `the column ${JSON.stringify(name)} is ${type}, and ${error.message}`, {
        hint: `cast it in the question, \`cast(${name} as varchar) as ${name}\`, or read rows instead of batches: \`lake.query(sql).rows()\``,
        details: { column: name, type: String(type) },
      });
    }
  }
}
