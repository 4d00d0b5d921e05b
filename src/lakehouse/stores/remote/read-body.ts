/** Reads the body of an answer: as long as it was said to be, with the checksum that it was said to have, and never for ever. */
import type { ObjectBody } from './bucket.js';
import { BucketError } from './bucket-error.js';
import { checksumOf } from './checksum.js';
import { within } from './tries.js';

/**
 * The pieces of a body as they come. A body that ends early, or says nothing for `idle` milliseconds, is an error: clients of
 * object stores wait for ever in both cases.
 * @param explain What the client's own errors mean.
 * @throws BucketError
 */
export async function* pieces(
  { body, length }: Pick<ObjectBody, 'body' | 'length'>,
  idle: number,
  explain: (error: unknown) => BucketError,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let came = 0;
  try {
    for (;;) {
      const next = await within(idle, iterator.next());
      if (next.done) break;
      came += next.value.length;
      if (came > length) throw new BucketError('broken', `more than the ${length} bytes that were announced`);
      yield next.value;
    }
  } catch (error) {
    throw error instanceof BucketError ? error : explain(error);
  } finally {
    // After the end this does nothing.
    body.destroy();
  }
  if (came < length) throw new BucketError('broken', `the answer ended after ${came} of ${length} bytes`);
}

/** A whole body, or a range of it, in memory. @throws BucketError */
export async function readWhole(
  answer: ObjectBody,
  idle: number,
  explain: (error: unknown) => BucketError,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces(answer, idle, explain)) parts.push(piece);
  const content = Buffer.concat(parts);
  const { checksum, total } = answer;
  if (
    checksum !== undefined &&
    content.length === total &&
    checksumOf(checksum.kind, content) !== checksum.value
  )
    throw new BucketError('damaged', `${checksum.kind} differs`);
  return content;
}
