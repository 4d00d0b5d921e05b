/** A body that came whole becomes a file of the spool that later runs may rely on. */
import { rm } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import type { DecodeHint, RequestSpec } from '../sources/types.js';
import { inspectBody } from './body-check.js';
import { inspectEnd } from './body-end.js';
import type { SpoolSink } from './body-sinks.js';
import { askedHash } from './kept-body.js';
import type { Ledger } from './ledger.js';
import type { PartFetch, SpoolFile } from './types.js';

/** What is known of a body beside its bytes. */
export interface Came extends Pick<SpoolFile, 'wireBytes' | 'validators' | 'next' | 'tries'> {
  /** The server said how long the body is. */
  readonly framed: boolean;
}

/**
 * Judges a finished body, makes it durable and enters it in the ledger.
 * @throws LakeError LK3113 to LK3115, LK3133 for what is not what was asked for; it leaves no file behind.
 */
export async function landBody(
  ledger: Ledger,
  part: PartFetch,
  request: RequestSpec,
  sink: SpoolSink,
  { framed, ...came }: Came,
): Promise<{ readonly file: SpoolFile; readonly format: DecodeHint['format'] }> {
  const { format, lineEnd } = await judged(request, sink);
  const { path, bytes } = sink;
  const sha256 = await sink.settle();
  const ending = lineEnd === undefined ? undefined : lineEnd ? 'line' : framed ? 'framed' : 'open';
  const end = ending === undefined ? {} : ({ ending } as const);
  const { id, url } = request;
  const file = { requestId: id, url, path, bytes, sha256, status: 200, ...came, ...end };
  await ledger.append({
    part: part.partId,
    request: id,
    asked: askedHash(request),
    revision: part.revision,
    url,
    file: relative(dirname(ledger.path), path).split(sep).join('/'),
    bytes,
    wireBytes: came.wireBytes,
    sha256,
    ...came.validators,
    next: came.next,
    status: 200,
    ...end,
    format,
  });
  return { file, format };
}

async function judged(
  request: RequestSpec,
  sink: SpoolSink,
): Promise<{ readonly format: DecodeHint['format']; readonly lineEnd?: boolean }> {
  try {
    const body = { head: sink.head, bytes: sink.bytes, url: request.url };
    const format = inspectBody(body, request.expect);
    return { format, lineEnd: await inspectEnd(sink.path, body, format) };
  } catch (error) {
    sink.destroy();
    await rm(sink.path, { force: true });
    throw error;
  }
}
