/** A question whose rows come piece by piece, seen from the parent: its pieces find each other by a name of their own. */
import { randomUUID } from 'node:crypto';
import type { EngineChild } from './process/child.js';
import type { StreamPiece, StreamTask } from './types.js';

/** @throws LakeError as `Engine.stream`; the signal's reason once it is aborted. */
export async function* streamed(
  child: Pick<EngineChild, 'request'>,
  task: StreamTask,
  signal?: AbortSignal,
): AsyncGenerator<StreamPiece, void, undefined> {
  signal?.throwIfAborted();
  const { label } = task;
  const stream = randomUUID();
  // A process that is gone has nothing left to end.
  const end = () => child.request('endStream', label, stream).catch(() => undefined);
  const stop = () => void end();
  signal?.addEventListener('abort', stop, { once: true });
  let isOver = false;
  let asked: Promise<StreamPiece | null> = child.request('openStream', label, { ...task, stream });
  try {
    for (;;) {
      const piece = await asked;
      signal?.throwIfAborted();
      isOver = piece === null;
      if (piece === null) return;
      asked = child.request('nextPiece', label, stream);
      // Whether it is ever waited for is the reader's to say.
      asked.catch(() => undefined);
      yield piece;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    if (!isOver) await end();
  }
}
