import { rm } from 'node:fs/promises';
import type { RequestSpec } from '../sources/types.js';
import { MemorySink, SpoolSink } from './body-sinks.js';
import { BrokenBody, readValidators } from './broken-body.js';
import type { Delivery } from './delivery.js';
import type { FetchScope } from './errand.js';
import type { FetchLimits } from './limits.js';
import { nextLink } from './pages/next-link.js';
import type { Validators } from './types.js';

export interface BodyContext {
  readonly scope: FetchScope;
  readonly delivery: Delivery;
  readonly limits: FetchLimits;
  /** Once aborted no try begins that has not begun. */
  readonly drain?: AbortSignal;
}

export interface BodyOptions {
  /** Absolute path of the file that the body goes to. */
  readonly path: string;
  /** What is at hand already: the server may answer 304 to it. */
  readonly known?: Validators;
  /** Sees the sink of each try before anything is written. */
  readonly watch: (sink: SpoolSink) => SpoolSink;
  readonly signal: AbortSignal;
}

export interface BodyAnswer {
  readonly status: number;
  /** Finished, not yet durable; undefined for 304, and for 404 where that is accepted. */
  readonly sink?: SpoolSink;
  /** Bytes that came over the wire for the body, over all tries that it was put together from. */
  readonly wireBytes: number;
  readonly validators: Validators;
  /** Target of the Link header with rel=next. */
  readonly next?: string;
  /** True: the server told how long the body is, and it is as long. */
  readonly framed: boolean;
  /** Requests that were sent: tries and redirects. */
  readonly requests: number;
}

/**
 * Gets one request's body into a file. When it cannot be had, nothing of it stays: a beginning is of no use to another run.
 * @throws LakeError LK31xx
 */
export async function fetchBody(
  { scope, delivery, limits, drain }: BodyContext,
  request: RequestSpec,
  { path, known, watch, signal }: BodyOptions,
): Promise<BodyAnswer> {
  const conditions = conditionHeaders(known);
  const conditional = Object.keys(conditions).length > 0;
  const body = new BrokenBody(path, limits.maxBodyBytes, watch);
  const errand = {
    url: request.url,
    method: request.method,
    headers: request.headers,
    headersNow: () => body.rangeHeaders() ?? conditions,
    body: request.body,
    accept: (status: number) =>
      body.accepts(status) ||
      (status === 304 && conditional) ||
      (status === 404 && request.missingOk === true),
    sink: (status: number, headers: Readonly<Record<string, string>>) =>
      body.accepts(status) ? body.sink(status, headers) : new MemorySink(64 * 1024, true),
    atHand: () => body.atHand,
    drain,
  };
  try {
    const { status, sink, headers, wireBytes, requests } = await delivery.deliver<SpoolSink | MemorySink>(
      scope,
      errand,
      signal,
    );
    return {
      status,
      sink: sink instanceof SpoolSink ? sink : undefined,
      wireBytes: body.resumedFrom + wireBytes,
      validators: { ...body.validators, ...readValidators(headers) },
      ...nextLink(headers['link']),
      framed: headers['content-length'] !== undefined,
      requests,
    };
  } catch (error) {
    if (body.began) await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

function conditionHeaders(validators: Validators | undefined): Record<string, string> {
  return {
    ...(validators?.etag === undefined ? {} : { 'if-none-match': validators.etag }),
    ...(validators?.lastModified === undefined ? {} : { 'if-modified-since': validators.lastModified }),
  };
}
