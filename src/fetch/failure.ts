import { LakeError } from '../errors/lake-error.js';
import { BodyTooLarge } from './body-too-large.js';
import { portalMessage } from './portal-message.js';

/** Why one try failed although a later one may succeed. Never leaves the fetcher: retries end in a LakeError. */
export class Passing extends Error {
  /** The host that is paused for every request, and for how long; undefined when this request alone has to wait. */
  readonly pause: { readonly host: string; readonly ms: number } | undefined;
  /** The host says that it is asked for too much, or not now: 429, 503, a 403 that is a rate limit. */
  readonly paced: boolean;
  /** Any other request to the host would have met the same: it cannot be reached, or serves nobody. */
  readonly hostWide: boolean;

  constructor(reason: string, options: PassingOptions = {}) {
    super(reason, { cause: options.cause });
    this.pause = options.pause;
    this.paced = options.paced ?? false;
    this.hostWide = options.hostWide ?? this.paced;
  }
}

export interface PassingOptions {
  readonly pause?: Passing['pause'];
  readonly paced?: boolean;
  readonly hostWide?: boolean;
  readonly cause?: unknown;
}

/** Reasons of the network, by the code that Node or undici gives. */
const passingCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ECONNABORTED: 'connection aborted',
  EPIPE: 'connection closed while sending',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  EAI_AGAIN: 'name could not be resolved',
  ENOTFOUND: 'host name not found',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the body stalled',
  UND_ERR_SOCKET: 'connection closed before the body was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'body shorter or longer than its Content-Length',
  Z_BUF_ERROR: 'compressed body cut short',
  Z_DATA_ERROR: 'compressed body damaged',
  ZSTD_error_corruption_detected: 'compressed body damaged',
  ZSTD_error_prefix_unknown: 'compressed body damaged',
  ZSTD_error_checksum_wrong: 'compressed body damaged',
  LAKE_TRAILING_BYTES: 'compressed body damaged',
  LAKE_DEADLINE: 'too slow',
};

/** Those that tell of the host, not of one request. */
const hostWideCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Sorts what a try threw: `Passing` for the network's moods, a LakeError for all that waiting does not help. */
export function networkFailure(error: unknown, url: string, proxy?: string): Passing | LakeError {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  if (first instanceof LakeError || first instanceof Passing) return first;
  if (first instanceof BodyTooLarge) return first.of(url);
  const { code = '', name, message = String(first), cause } = first as Partial<Error> & { code?: string };
  if (cause instanceof LakeError) return cause;
  if (cause instanceof BodyTooLarge) return cause.of(url);
  const reason = passingCodes[code];
  if (reason !== undefined) {
    const through = proxy === undefined ? '' : ` through the proxy ${proxy}`;
    return new Passing(`${reason} (${code.startsWith('LAKE_') ? message : code})${through}`, {
      hostWide: hostWideCodes.has(code),
      cause: first,
    });
  }
  const refused = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(message)?.[1];
  if (refused !== undefined) return proxyRefusal(Number(refused), proxy);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new LakeError('LK3124', `The headers of the answer from ${url} are too large`, {
      hint: 'No portal needs so many: ask its owner, or look for another address of the data',
      details: { url },
    });
  }
  if (name === 'HTTPParserError') {
    const cut = /EOF/.test(message);
    return new Passing(
      cut ? 'connection closed before the body was complete' : `the answer is not HTTP (${message})`,
      { cause: first },
    );
  }
  if (/^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(code)) {
    return new LakeError('LK3118', `No trusted connection to ${new URL(url).host}: ${message}`, {
      hint: 'Certificates are always checked; for an own authority set NODE_EXTRA_CA_CERTS or SSL_CERT_FILE',
      details: { url, code },
    });
  }
  return new LakeError('LK3101', `Could not fetch ${url}: ${message}`, {
    hint: 'This may pass: run the same command again; if it does not, open the address in a browser',
    transient: true,
    details: { url, code },
    cause: first,
  });
}

/** A proxy that does not make the connection: busy or broken ones may do so later, others want a login or forbid it. */
export function proxyRefusal(status: number, proxy: string | undefined): Passing | LakeError {
  const name = proxy === undefined ? 'A proxy' : `The proxy ${proxy}`;
  if (status >= 500 || status === 429) {
    return new Passing(
      `no connection through the proxy${proxy === undefined ? '' : ` ${proxy}`} (HTTP ${status})`,
      {
        hostWide: true,
      },
    );
  }
  return new LakeError(
    'LK3125',
    status === 407 ? `${name} wants a login (HTTP 407)` : `${name} refuses the connection (HTTP ${status})`,
    {
      hint:
        status === 407
          ? 'Write it into the variable: HTTPS_PROXY=http://user:password@proxy.example.org:3128'
          : 'Ask whoever runs the proxy, or except the host from it with NO_PROXY',
      details: { status },
    },
  );
}

/** 408, 429 and 5xx pass (not 501 and 505: those say "never"); so do 202 (still being prepared) and a 403 that is a rate limit (GitHub; fault F8). */
export function isPassingStatus(status: number, headers: Readonly<Record<string, string>>): boolean {
  if (status === 403) return headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
  if (status === 501 || status === 505) return false;
  return status === 202 || status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Where what was sent as proof of who asks stands, and where it would stand. */
export interface Access {
  readonly written: readonly string[];
  readonly place: string;
}

/** A status that will not change by asking again. */
export function refusedStatus(status: number, url: string, body: string, access: Access): LakeError {
  const told = portalMessage(body);
  const said = told === undefined ? '' : `: ${told}`;
  const details = { url, status };
  if (status === 404 || status === 410) {
    return new LakeError('LK3103', `${url} does not exist (HTTP ${status}${said})`, {
      hint: 'Look for its new address at the portal; `missing: skip` under source accepts that some files do not exist',
      details,
    });
  }
  if (status === 401 || status === 403) {
    return new LakeError('LK3104', `${url} is not open to everybody (HTTP ${status}${said})`, {
      hint:
        access.written.length > 0
          ? `It was sent with what stands as ${access.written.join(', and as ')}: check it there`
          : `If you have access, set ${access.place}`,
      details,
    });
  }
  if (status < 400) {
    const what = status === 206 ? 'a part of a file that nobody asked a part of' : 'no data';
    return new LakeError('LK3102', `${url} answered with HTTP ${status}: ${what}`, {
      hint: 'Open the address in a browser: data comes with HTTP 200',
      details,
    });
  }
  return new LakeError('LK3102', `${url} was refused with HTTP ${status}${said}`, {
    hint: 'Open the address in a browser, and compare it and its parameters with what the portal documents',
    details,
  });
}

/** How a status is named where a wait is announced. */
export function statusReason(status: number, body: string): string {
  const told = portalMessage(body);
  return `HTTP ${status}${told === undefined ? '' : `: ${told}`}`;
}
