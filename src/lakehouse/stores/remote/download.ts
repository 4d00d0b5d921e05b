/** A large object into a file: a body that breaks off goes on where it ended, as long as the object is the same. */
import { type FileHandle, open } from 'node:fs/promises';
import type { ByteRange } from '../store.js';
import type { ObjectBody } from './bucket.js';
import { BucketError } from './bucket-error.js';
import { type RunningChecksum, runningChecksum } from './checksum.js';
import { pieces } from './read-body.js';
import { type RemoteLimits, withTries } from './tries.js';

export interface Download {
  readonly read: (range?: ByteRange, mark?: string) => Promise<ObjectBody | 'empty' | undefined>;
  readonly explain: (error: unknown) => BucketError;
  readonly limits: RemoteLimits;
  readonly renew: () => Promise<void>;
}

/**
 * @param path A file that is not there yet. Whoever asks removes it after an error.
 * @returns Bytes that were written, compared with the object's checksum and durable; undefined when there is no such object.
 * @throws BucketError, and what the file system throws.
 */
export async function download(from: Download, path: string): Promise<number | undefined> {
  const file = await open(path, 'wx');
  try {
    const bytes = await withTries(from.limits, intake(from, file), from.renew);
    if (bytes !== undefined) await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

function intake({ read, explain, limits }: Download, file: FileHandle) {
  let got = 0;
  let mark: string | undefined;
  let sum: RunningChecksum | undefined;
  const startOver = (): void => {
    got = 0;
    mark = undefined;
    sum = undefined;
  };
  return async (progress: { further(): void }): Promise<number | undefined> => {
    let answer: ObjectBody | 'empty' | undefined;
    try {
      answer = await read(got > 0 ? { from: got } : undefined, mark);
    } catch (error) {
      if (error instanceof BucketError && error.kind === 'changed') startOver();
      throw error;
    }
    if (answer === undefined) return undefined;
    if (answer === 'empty') {
      startOver();
      throw new BucketError('changed', 'the object became shorter');
    }
    mark = answer.mark;
    const { checksum, total } = answer;
    sum ??= checksum && runningChecksum(checksum.kind);
    if (got === 0) await file.truncate(0);
    for await (const piece of pieces(answer, limits.idle, explain)) {
      await file.write(piece, 0, piece.length, got);
      got += piece.length;
      sum?.update(piece);
      progress.further();
    }
    if (got === total && (checksum === undefined || sum?.value() === checksum.value)) return got;
    startOver();
    throw new BucketError(
      'damaged',
      checksum === undefined ? 'its length differs' : `${checksum.kind} differs`,
    );
  };
}
