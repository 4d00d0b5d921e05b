/** One request and its answer: conditional requests, gzip, and what the fault rules do to the bytes. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';

const gzipBuffer = promisify<Buffer, { level: number }, Buffer>(gzip);

/** What fault rules change about one answer. */
export interface Distortion {
  /** Added to every count. */
  readonly count: number;
  /** Added to the number of rows of a page; negative. */
  readonly rows: number;
  /** Close the connection after so many bytes of the body. */
  readonly cutAfter?: number;
}

export const undistorted: Distortion = { count: 0, rows: 0 };

export interface Validators {
  /** With quotes. */
  readonly etag?: string;
  readonly lastModified?: Date;
}

type Body = string | Buffer | AsyncIterable<Buffer>;

/** What a protocol reads of a request and answers it with. Faults distort the answer on its way out. */
export class Exchange {
  /** Path without its percent-encoding; undefined when the encoding is broken. */
  readonly path: string;
  readonly query: URLSearchParams;

  constructor(
    readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    readonly distortion: Distortion,
    private readonly compress: boolean,
  ) {
    const url = new URL(request.url ?? '/', 'http://loopback');
    this.path = decoded(url.pathname);
    this.query = url.searchParams;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** True when the client's validators still fit, RFC 9110 §13.2.2: If-None-Match wins over If-Modified-Since. */
  isUnchanged({ etag, lastModified }: Validators): boolean {
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

  /** The whole body of a POST. */
  async body(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }

  async json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Promise<void> {
    await this.send(
      status,
      { 'content-type': 'application/json;charset=utf-8', ...headers },
      JSON.stringify(value),
    );
  }

  /**
   * Sends an answer. Text and buffers carry a Content-Length, streams are chunked, as at the real portals.
   * Resolves when the last byte is handed to the socket, or the client has gone.
   */
  async send(status: number, headers: OutgoingHttpHeaders, body: Body): Promise<void> {
    const { response } = this;
    const zipped = this.compress && /\bgzip\b/.test(this.header('accept-encoding') ?? '') && status === 200;
    const plain = typeof body === 'string' ? Buffer.from(body) : body;
    const content = zipped ? await zip(plain) : plain;
    const all: OutgoingHttpHeaders = { ...headers };
    if (zipped) {
      all['content-encoding'] = 'gzip';
      all.vary = 'Accept-Encoding';
      if (typeof all.etag === 'string' && !all.etag.startsWith('W/')) all.etag = `W/${all.etag}`;
    }
    if (Buffer.isBuffer(content)) all['content-length'] = content.length;
    response.writeHead(status, all);
    if (this.request.method === 'HEAD' || status === 304) {
      response.end();
      return;
    }
    await this.write(Buffer.isBuffer(content) ? [content] : content);
  }

  private async write(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
    const { response } = this;
    const { cutAfter } = this.distortion;
    let written = 0;
    for await (const chunk of chunks) {
      if (response.destroyed) return;
      if (cutAfter !== undefined && written + chunk.length > cutAfter) {
        response.write(chunk.subarray(0, cutAfter - written), () => response.destroy());
        return;
      }
      written += chunk.length;
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
  }
}

/** A buffer at once, so that its length is known; a stream as it comes. */
async function zip(plain: Buffer | AsyncIterable<Buffer>): Promise<Buffer | AsyncIterable<Buffer>> {
  if (Buffer.isBuffer(plain)) return gzipBuffer(plain, { level: 1 });
  const gzip = createGzip({ level: 1 });
  // An error or an early end on one side reaches the other; the reader of `gzip` sees it.
  pipeline(Readable.from(plain), gzip, () => {});
  return gzip;
}

/** Resolves when the client has taken what was written, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
