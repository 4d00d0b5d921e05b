/** Every bound that keeps a portal from stopping or filling the machine; `timeout` and `max_bytes` of a portal change some of them. */
export interface FetchLimits {
  /** Milliseconds until a TCP and TLS connection stands. */
  readonly connectMs: number;
  /** Milliseconds from the request's last byte to the end of the response's headers. */
  readonly headersMs: number;
  /** Longest silence in the middle of a body, in milliseconds. */
  readonly idleBodyMs: number;
  /** A body slower than this for a whole `slowWindowMs` is given up: it trickles. */
  readonly minBytesPerSecond: number;
  readonly slowWindowMs: number;
  /** One try of one request as a whole, in milliseconds. */
  readonly totalMs: number;
  /** Tries of one request, the first included; see `Patience` for those that do not count. */
  readonly attempts: number;
  /** Tries of one request of any kind. */
  readonly maxTries: number;
  /** All tries and waits of one request together, in milliseconds. */
  readonly sequenceMs: number;
  /** How long a host that answered nobody is left alone, in milliseconds. */
  readonly downMs: number;
  /** Upper bound of the first random wait, doubled for every further one up to `maxBackoffMs`. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Longest wait that a Retry-After is believed for. */
  readonly maxRetryAfterMs: number;
  /** Largest body that lands in the spool, after decompression, in bytes. */
  readonly maxBodyBytes: number;
  /** A body that grows more than this many times when it is unpacked is a bomb, once it has grown to `bombBytes`. */
  readonly maxRatio: number;
  readonly bombBytes: number;
  /** Largest document that is held in memory (metadata, counts), in bytes. */
  readonly maxDocumentBytes: number;
  /** Deepest nesting of such a document. */
  readonly maxDepth: number;
  /** Largest headers of one answer, in bytes. */
  readonly maxHeaderBytes: number;
  readonly maxRedirects: number;
  /** Most requests of one part whose pages are found while fetching. */
  readonly maxPages: number;
}

export const defaultLimits: FetchLimits = {
  connectMs: 10_000,
  headersMs: 60_000,
  idleBodyMs: 60_000,
  minBytesPerSecond: 100,
  slowWindowMs: 60_000,
  totalMs: 60 * 60_000,
  attempts: 5,
  maxTries: 20,
  sequenceMs: 2 * 60 * 60_000,
  downMs: 30_000,
  backoffMs: 500,
  maxBackoffMs: 30_000,
  maxRetryAfterMs: 120_000,
  maxBodyBytes: 16 * 1024 ** 3,
  maxRatio: 500,
  bombBytes: 64 * 1024 ** 2,
  maxDocumentBytes: 16 * 1024 ** 2,
  maxDepth: 500,
  maxHeaderBytes: 16 * 1024,
  maxRedirects: 5,
  maxPages: 100_000,
};
