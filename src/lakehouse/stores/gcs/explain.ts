/** What errors of Google's client, its credentials and the JSON API mean. */
import { BucketError } from '../remote/bucket-error.js';
import { networkError, retryAfter, saidBriefly } from '../remote/network-error.js';

/** What of an error of `@google-cloud/storage`, gaxios or google-auth-library is looked at. */
interface ClientError {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly message?: unknown;
  readonly errors?: readonly { readonly reason?: unknown; readonly message?: unknown }[];
  readonly response?: {
    readonly status?: unknown;
    readonly data?: unknown;
    readonly headers?: Readonly<Record<string, unknown>>;
  };
}

/** Rate limits that come as 403: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
const rateLimits = new Set(['rateLimitExceeded', 'userRateLimitExceeded']);

export function explainGcs(error: unknown): BucketError {
  if (error instanceof BucketError) return error;
  const { code, status, message, errors, response } = (error ?? {}) as ClientError;
  const oauth = oauthError(response?.data);
  if (oauth !== undefined) return new BucketError('refused', oauth);
  const text = String(message ?? '');
  const answered = [code, status, response?.status].map(Number).find((number) => number >= 300);
  if (answered !== undefined) {
    return answerError(answered, {
      said: errors?.[0]?.message ?? text,
      reason: errors?.[0]?.reason,
      retryAfter: textOf(response?.headers?.['retry-after']),
    });
  }
  if (/could not load the default credentials|unable to detect a project id/i.test(text))
    return new BucketError('no_credentials', '');
  if (/client_email|private_key|PEM|DECODER|not valid JSON|unexpected token/i.test(text))
    return new BucketError('no_credentials', 'the key file is not one of a service account or a user');
  return networkError(error) ?? new BucketError('other', saidBriefly(text));
}

/** What an answer said. */
export interface Said {
  readonly said?: unknown;
  readonly reason?: unknown;
  readonly retryAfter?: string | undefined;
}

/** What the body of an answer says, in the JSON API's form or as plain text. */
export function saidIn(body: string): Said {
  try {
    const { error } = JSON.parse(body) as {
      readonly error?: {
        readonly message?: unknown;
        readonly errors?: readonly { readonly reason?: unknown }[];
      };
    };
    return { said: error?.message, reason: error?.errors?.[0]?.reason };
  } catch {
    return { said: body };
  }
}

/** @param status Of an answer that is no success. */
export function answerError(status: number, { said, reason, retryAfter: after }: Said = {}): BucketError {
  const text = saidBriefly(said) || `status ${status}`;
  if (/bucket does not exist/i.test(text)) return new BucketError('no_bucket', '');
  if (/requester pays|UserProjectMissing/i.test(text)) return new BucketError('forbidden', text);
  if (status === 401) return new BucketError('refused', text);
  if (status === 403 && !rateLimits.has(String(reason))) return new BucketError('forbidden', text);
  if (status === 403 || status === 408 || status === 429 || status >= 500)
    return new BucketError('busy', `status ${status}`, { waitMs: retryAfter(after) });
  if (status === 400 && /crc32c|md5|hash|checksum/i.test(text)) return new BucketError('damaged', text);
  return new BucketError('other', text);
}

/** Status of an answer that the client made an error of; undefined where none came. */
export function statusOf(error: unknown): number | undefined {
  const code = Number((error as ClientError | undefined)?.code);
  return code >= 300 ? code : undefined;
}

/** RFC 6749, 5.2: what the token endpoint answers to credentials that are expired, revoked or unknown. */
function oauthError(data: unknown): string | undefined {
  return textOf((data as { readonly error?: unknown } | undefined)?.error);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
