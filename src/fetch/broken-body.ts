import { SpoolSink } from './body-sinks.js';
import { Passing } from './failure.js';
import type { Validators } from './types.js';

type Headers = Readonly<Record<string, string>>;

/**
 * One body over all tries of its request. Where the server gives ranges of a file with a strong ETag, a try that broke
 * off is followed by one for the rest (RFC 9110 §14.2, §13.1.5); else the next one begins anew. A file that changed in
 * between (fault F16) and a server that ignores the range (F17) lead to the whole body again, never to two halves.
 */
export class BrokenBody {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #watch: (sink: SpoolSink) => SpoolSink;
  /** What the newest try has written. */
  #sink: SpoolSink | undefined;
  /** The strong ETag under which the rest can be asked for. */
  #etag: string | undefined;
  #validators: Validators = {};
  /** Bytes that this try goes on from; 0: it begins anew. */
  #from = 0;

  constructor(path: string, maxBytes: number, watch: (sink: SpoolSink) => SpoolSink) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#watch = watch;
  }

  /** True once a try has written to the file. */
  get began(): boolean {
    return this.#sink !== undefined;
  }

  /** Bytes of earlier tries that the last one went on from. */
  get resumedFrom(): number {
    return this.#from;
  }

  /** Those of the body's first answer, where later ones left them out. */
  get validators(): Validators {
    return this.#validators;
  }

  /** Bytes that the next try goes on from. */
  get atHand(): number {
    return this.#etag === undefined ? 0 : (this.#sink?.resumableBytes ?? 0);
  }

  /** Headers for the rest of the body; undefined where the whole is to be asked for. */
  rangeHeaders(): Headers | undefined {
    this.#from = this.atHand;
    if (this.#from === 0) return undefined;
    // The bytes in the file are not compressed: neither may be those that follow.
    return { range: `bytes=${this.#from}-`, 'if-range': this.#etag!, 'accept-encoding': 'identity' };
  }

  accepts(status: number): boolean {
    return status === 200 || (this.#from > 0 && (status === 206 || status === 416));
  }

  /** @throws Passing when a range does not fit what is there; the next try asks for everything. */
  sink(status: number, headers: Headers): SpoolSink {
    const before = this.#sink;
    if (status === 200) {
      this.#from = 0;
      this.#validators = readValidators(headers);
      this.#etag = resumableEtag(headers);
      this.#sink = this.#watch(new SpoolSink(this.#path, this.#maxBytes));
      return this.#sink;
    }
    if (before === undefined || status !== 206 || !this.#fits(headers)) {
      this.#etag = undefined;
      throw new Passing('the file changed while it was read: it is asked for from its beginning');
    }
    this.#sink = this.#watch(new SpoolSink(this.#path, this.#maxBytes, before));
    return this.#sink;
  }

  #fits({ etag, 'content-range': range, 'content-encoding': encoding = 'identity' }: Headers): boolean {
    const start = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(range ?? '')?.[1];
    const same = etag === undefined || etag === this.#etag;
    return start !== undefined && Number(start) === this.#from && same && encoding === 'identity';
  }
}

/** The ETag, where it is strong, the body is sent as it is, and the server says that it gives ranges. */
function resumableEtag(headers: Headers): string | undefined {
  const { etag, 'accept-ranges': ranges = '', 'content-encoding': encoding = 'identity' } = headers;
  const strong = etag?.startsWith('"') === true;
  return strong && /\bbytes\b/i.test(ranges) && encoding === 'identity' ? etag : undefined;
}

/** What a later request may ask by (RFC 9110 §8.8). */
export function readValidators({ etag, 'last-modified': lastModified }: Headers): Validators {
  return { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
}
