/** Errors of sockets, names and certificates, whatever client they come through. */
import { BucketError } from './bucket-error.js';

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const broken = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_ABORTED',
  'HPE_INVALID_CONSTANT',
  'HPE_INVALID_EOF_STATE',
]);

/** Undefined where it is something else. Looks at what the error was caused by as well. */
export function networkError(error: unknown): BucketError | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = 'code' in at ? String(at.code) : '';
    if (unreachable.has(code)) return new BucketError('unreachable', code, { host: hostOf(at) });
    if (broken.has(code)) return new BucketError('broken', code);
    if (
      at.name === 'TimeoutError' ||
      /network timeout|socket hang up|premature close|aborted/i.test(at.message)
    )
      return new BucketError(
        'broken',
        at.name === 'TimeoutError' ? 'it did not answer in time' : 'connection lost',
      );
    if (at instanceof AggregateError) {
      const first = at.errors.map(networkError).find((found) => found !== undefined);
      if (first !== undefined) return first;
    }
  }
  return undefined;
}

/** The name, or the address, that Node.js puts into errors of names and connections; other clients keep it in the text alone. */
function hostOf(error: Error): string | undefined {
  const { hostname, address } = error as { readonly hostname?: unknown; readonly address?: unknown };
  const named = /(?:ENOTFOUND|EAI_AGAIN) ([a-z0-9.-]+)/i.exec(error.message)?.[1];
  return [hostname, address, named].find((host): host is string => typeof host === 'string');
}

/** What a server says of itself, cut to a line; pages of HTML say nothing. */
export function saidBriefly(text: unknown): string {
  if (typeof text !== 'string' || /<[a-z!/?]/i.test(text)) return '';
  const line = text
    .trim()
    .split(/[\r\n]/)[0]!
    .trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** `Retry-After` in milliseconds: seconds or a date. */
export function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
