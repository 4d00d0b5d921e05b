/** Questions whose rows are sent piece by piece: the catalog of each stays open until its last piece, an error, or its end. */
import { LakeError } from '../../errors/lake-error.js';
import type { StreamPiece, StreamTask } from '../types.js';
import { columnsThere } from './columns-there.js';
import { duckdbError } from './duckdb-error.js';
import { jsonConverter } from './json-value.js';
import { prepareQuestion } from './question.js';
import { closeTask, openTask } from './run-sql.js';
import type { SqlDatabase } from './sql-database.js';
import { type Answer, wholeAnswer } from './whole-answer.js';

export interface SqlStreams {
  /** The first piece, null where there is none. @throws LakeError as `Engine.stream`: nothing is left of it then. */
  open(task: StreamTask & { readonly stream: string }): Promise<StreamPiece | null>;
  /** @throws LakeError as `open`; LK5002 where the stream was begun in a process that died. */
  next(stream: string): Promise<StreamPiece | null>;
  /** Stops what is being computed for it, and leaves nothing behind. */
  end(stream: string): Promise<null>;
}

interface OpenStream {
  /** One piece at a time. */
  readonly pieces: AsyncGenerator<StreamPiece, void, undefined>;
  /** Settles with the piece that was asked for last. */
  busy: Promise<unknown>;
  /** Once it is being computed. */
  stop?: () => void;
}

export function sqlStreams(database: SqlDatabase): SqlStreams {
  const streams = new Map<string, OpenStream>();
  const next = async (stream: string): Promise<StreamPiece | null> => {
    const open = streams.get(stream);
    if (!open) throw lost();
    const asked = open.pieces.next();
    open.busy = asked.catch(() => undefined);
    const { value } = await asked;
    if (value) return value;
    streams.delete(stream);
    return null;
  };
  return {
    next,
    open({ stream, ...task }) {
      const open: OpenStream = {
        pieces: piecesOf(database, task, (stop) => {
          if (!streams.has(stream)) throw ended(task.label);
          open.stop = stop;
        }),
        busy: Promise.resolve(),
      };
      streams.set(stream, open);
      return next(stream).catch((error: unknown) => {
        streams.delete(stream);
        throw error;
      });
    },
    async end(stream) {
      const open = streams.get(stream);
      streams.delete(stream);
      if (!open) return null;
      open.stop?.();
      await open.busy;
      await open.pieces.return();
      return null;
    },
  };
}

/** Opens the task with the first piece, and closes it behind the last one however it ends. */
async function* piecesOf(
  database: SqlDatabase,
  task: StreamTask,
  begun: (stop: () => void) => void,
): AsyncGenerator<StreamPiece, void, undefined> {
  const { label, sql, as } = task;
  const open = await openTask(database, {
    ...task,
    statements: [{ sql, collect: 'rows', question: true }],
  });
  const { connection, catalog, views } = open;
  try {
    begun(() => connection.interrupt());
    const answer = await wholeAnswer(connection, sql, async () =>
      (await prepareQuestion(connection, sql)).stream(),
    );
    try {
      begun(answer.stop);
      yield* as === 'arrow' ? arrowPieces(answer) : jsonPieces(answer);
    } finally {
      await answer.close();
    }
  } catch (error) {
    if (error instanceof LakeError) throw error;
    const hint = await columnsThere(connection, error, sql);
    throw duckdbError(error, { label, catalog, sql, statement: 0, views, hint });
  } finally {
    await closeTask(database, open);
  }
}

async function* arrowPieces(answer: Answer): AsyncGenerator<StreamPiece, void, undefined> {
  const { ipcPieces } = await import('../arrow/ipc-pieces.js');
  for await (const piece of ipcPieces(answer)) yield { as: 'arrow', ipc: piece.toString('base64') };
}

/** At least one, for its columns. */
async function* jsonPieces(answer: Answer): AsyncGenerator<StreamPiece, void, undefined> {
  const columns = answer.columnNames().map((name, i) => ({ name, type: String(answer.columnType(i)) }));
  for (let count = 0; ; count += 1) {
    const chunk = await answer.fetchChunk();
    const rows = chunk?.convertRows(jsonConverter) ?? [];
    if (rows.length === 0 && count > 0) return;
    yield { as: 'json', columns, rows };
  }
}

function ended(label: string): LakeError {
  return new LakeError('LK5006', `Nobody wants the rows of ${label} any more`, { hint: 'ask again' });
}

function lost(): LakeError {
  return new LakeError('LK5002', "The engine's process ended while rows were read from it", {
    hint: 'ask again',
    transient: true,
  });
}
