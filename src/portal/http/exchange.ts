/** One request and its answer: conditional requests, gzip, and what faults do to the answer on its way out. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { Distortion } from '../faults/strike.js';
import { writeBody, writeFaultyBody } from './write-body.js';

const gzipBuffer = promisify<Buffer, { level: number }, Buffer>(gzip);

/** What an answer can be compared with when it is asked for again. */
export interface Validators {
  /** With quotes. */
  readonly etag?: string;
  readonly lastModified?: Date;
}

/** What a protocol answers with: text, bytes, or blocks as they are made. */
export type Body = string | Buffer | AsyncIterable<Buffer>;

/** What a protocol reads of a request and answers it with. */
export class Exchange {
  /** Path without its percent-encoding; as sent where the encoding is broken. */
  readonly path: string;
  readonly query: URLSearchParams;

  constructor(
    readonly request: IncomingMessage,
    /** Of a POST; empty otherwise. */
    readonly body: string,
    readonly response: ServerResponse,
    readonly distortion: Distortion,
    private readonly compress: boolean,
  ) {
    const url = new URL(request.url ?? '/', 'http://loopback');
    this.path = decoded(url.pathname);
    this.query = url.searchParams;
  }

  /** A request header by its lower-case name. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** True when the client's validators still fit, RFC 9110 §13.2.2: If-None-Match wins over If-Modified-Since. */
  isUnchanged({ etag, lastModified }: Validators): boolean {
    if (this.distortion.etag !== undefined) return false;
    const known = this.header('if-none-match');
    if (known !== undefined) {
      const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
      return (
        known.trim() === '*' ||
        (etag !== undefined && known.split(',').some((tag) => opaque(tag) === opaque(etag)))
      );
    }
    const since = Date.parse(this.header('if-modified-since') ?? '');
    return (
      lastModified !== undefined &&
      !Number.isNaN(since) &&
      Math.floor(lastModified.getTime() / 1000) * 1000 <= since
    );
  }

  /** An answer of JSON. */
  async json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Promise<void> {
    await this.send(
      status,
      { 'content-type': 'application/json;charset=utf-8', ...headers },
      JSON.stringify(value),
    );
  }

  /**
   * Sends an answer. Text and buffers carry a Content-Length, streams are chunked unless they name one, as at the real
   * portals. Resolves when the last byte is handed to the socket, or the client has gone.
   */
  async send(status: number, headers: OutgoingHttpHeaders, body: Body): Promise<void> {
    const { response, distortion } = this;
    const zipped = this.compress && status === 200 && /\bgzip\b/.test(this.header('accept-encoding') ?? '');
    const plain = typeof body === 'string' ? Buffer.from(body) : body;
    let content = zipped ? await zip(plain) : plain;
    const all: OutgoingHttpHeaders = { ...headers };
    if (zipped) {
      delete all['content-length'];
      all['content-encoding'] = 'gzip';
      all.vary = 'Accept-Encoding';
    }
    if (typeof all.etag === 'string') {
      if (distortion.etag !== undefined) all.etag = distortion.etag;
      if (zipped && !all.etag.startsWith('W/')) all.etag = `W/${all.etag}`;
    }
    if (Buffer.isBuffer(content)) all['content-length'] = content.length;
    const empty = this.request.method === 'HEAD' || status === 304 || all['content-length'] === 0;
    if (empty) {
      response.writeHead(status, all);
      response.end();
      return;
    }
    const fault = distortion.body;
    if (fault?.kind === 'length') {
      // Of a stream, whose length nobody knows, the first block alone comes.
      if (!Buffer.isBuffer(content)) content = await firstBlock(content);
      all['content-length'] = Math.max(0, content.length + (fault.bytes ?? 1));
    }
    response.writeHead(status, all);
    const chunks = Buffer.isBuffer(content) ? [content] : content;
    await (fault === undefined ? writeBody(response, chunks) : writeFaultyBody(response, chunks, fault));
  }
}

async function firstBlock(blocks: AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const block of blocks) if (block.length > 0) return block;
  return Buffer.alloc(0);
}

/** A buffer at once, so that its length is known; a stream as it comes. */
async function zip(plain: Buffer | AsyncIterable<Buffer>): Promise<Buffer | AsyncIterable<Buffer>> {
  if (Buffer.isBuffer(plain)) return gzipBuffer(plain, { level: 1 });
  const gzip = createGzip({ level: 1 });
  // An error or an early end on one side reaches the other; the reader of `gzip` sees it.
  pipeline(Readable.from(plain), gzip, () => {});
  return gzip;
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
