import type { FetchLimits } from './limits.js';

/**
 * Milliseconds that a `Retry-After` header asks for (RFC 9110 §10.2.3: seconds or an HTTP date), capped by
 * `maxRetryAfterMs`. Undefined when there is none, or when it is negative, in the past or not readable.
 */
export function retryAfterMs(
  header: string | undefined,
  now: number,
  limits: FetchLimits,
): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : /[a-z]/i.test(text)
      ? Date.parse(text) - now
      : Number.NaN;
  return ms > 0 ? Math.min(ms, limits.maxRetryAfterMs) : undefined;
}

/** Larger numbers in a reset header are seconds since 1970, smaller ones seconds from now. */
const leastEpochSeconds = 1e9;

/**
 * Milliseconds until a rate limit begins anew, capped by `maxRetryAfterMs`: `x-ratelimit-reset` as GitHub writes it
 * (seconds since 1970) or `ratelimit-reset` in seconds from now (draft-ietf-httpapi-ratelimit-headers-03). Undefined when
 * neither says a time to come.
 */
export function rateLimitResetMs(
  headers: Readonly<Record<string, string>>,
  now: number,
  limits: FetchLimits,
): number | undefined {
  const seconds = Number(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset'] ?? Number.NaN);
  const ms = seconds * 1000 - (seconds < leastEpochSeconds ? 0 : now);
  return ms > 0 ? Math.min(ms, limits.maxRetryAfterMs) : undefined;
}

/** The wait before try number `attempt` + 1: full jitter, evenly between 0 and the doubled bound, so that workers spread. */
export function backoffMs(attempt: number, limits: FetchLimits, random: () => number = Math.random): number {
  return random() * Math.min(limits.maxBackoffMs, limits.backoffMs * 2 ** (attempt - 1));
}
