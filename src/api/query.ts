/** A question on the lake, asked when its rows are read. */
import type { RecordBatch, Table } from 'apache-arrow';
import type { StreamPiece, StreamTask } from '../engine/types.js';
import type { Json } from '../project/types.js';

/** A row as JSON values, see docs/api.md: whole numbers beyond 2^53 and decimals are text, times ISO 8601. */
export type Row = Readonly<Record<string, Json>>;

/** Asks, and gives the answer in pieces of one form. */
export type Ask = (as: StreamTask['as']) => AsyncGenerator<StreamPiece, void, undefined>;

/**
 * The answer to one SELECT. Iterated it is Arrow record batches, read as they are computed: memory holds a few of them however
 * many rows there are. Leaving the loop early ends the question at once. Each iteration asks anew.
 *
 * ```ts
 * for await (const batch of lake.query('from gold.incidents_by_cell')) chart.add(batch);
 * ```
 */
export class LakeQuery implements AsyncIterable<RecordBatch> {
  readonly #ask: Ask;

  /** @internal */
  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** @throws LakeError LK7010 for what is no question, LK5020 for a column that Arrow has no type for, LK50xx with the engine's sentence. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch, void, undefined> {
    const { RecordBatchReader } = await import('apache-arrow');
    const pieces = this.#ask('arrow');
    try {
      const reader = await RecordBatchReader.from(bytesOf(pieces));
      for await (const batch of reader) yield batch;
    } finally {
      await pieces.return();
    }
  }

  /** Rows as objects. Of columns of one name the last one counts. @throws LakeError LK7010, LK50xx */
  async *rows(): AsyncGenerator<Row, void, undefined> {
    for await (const piece of this.#ask('json')) {
      if (piece.as !== 'json') continue;
      const names = piece.columns.map(({ name }) => name);
      for (const row of piece.rows)
        yield Object.fromEntries(names.map((name, i) => [name, row[i] as Json])) as Row;
    }
  }

  /** All rows, as one Arrow table in memory. @throws LakeError as iterating */
  async toTable(): Promise<Table> {
    const { Table } = await import('apache-arrow');
    const batches: RecordBatch[] = [];
    for await (const batch of this) batches.push(batch);
    return new Table(batches);
  }

  /** All rows in memory, as `rows` gives them. @throws LakeError as `rows` */
  async toArray(): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of this.rows()) rows.push(row);
    return rows;
  }
}

async function* bytesOf(pieces: AsyncIterable<StreamPiece>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) if (piece.as === 'arrow') yield Buffer.from(piece.ipc, 'base64');
}
