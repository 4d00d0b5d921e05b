/** What errors of Amazon's client and of S3 services mean: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
import { BucketError, type BucketErrorKind } from '../remote/bucket-error.js';
import { networkError, retryAfter, saidBriefly } from '../remote/network-error.js';

/** What of an error of `@aws-sdk/client-s3` is looked at. */
interface ClientError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

const kinds: Readonly<Record<string, BucketErrorKind>> = {
  NoSuchBucket: 'no_bucket',
  NoSuchKey: 'absent',
  NotFound: 'absent',
  NoSuchUpload: 'session_lost',
  AccessDenied: 'forbidden',
  AllAccessDisabled: 'forbidden',
  AccountProblem: 'forbidden',
  ExpiredToken: 'refused',
  ExpiredTokenException: 'refused',
  InvalidToken: 'refused',
  TokenRefreshRequired: 'refused',
  InvalidAccessKeyId: 'refused',
  InvalidClientTokenId: 'refused',
  // versitygw's word for a key that nobody has.
  XAdminUserNotFound: 'refused',
  SignatureDoesNotMatch: 'refused',
  RequestTimeTooSkewed: 'refused',
  UnauthorizedSSOTokenError: 'refused',
  CredentialsProviderError: 'no_credentials',
  TokenProviderError: 'no_credentials',
  SlowDown: 'busy',
  ConditionalRequestConflict: 'busy',
  OperationAborted: 'busy',
  RequestTimeout: 'broken',
  BadDigest: 'damaged',
  InvalidDigest: 'damaged',
  XAmzContentChecksumMismatch: 'damaged',
  XAmzContentSHA256Mismatch: 'damaged',
};

export function explainS3(error: unknown): BucketError {
  if (error instanceof BucketError) return error;
  const { name, message, $metadata, $response } = (error ?? {}) as ClientError;
  const text = String(message ?? '');
  const known = kinds[String(name)];
  if (known !== undefined) return new BucketError(known, known === 'no_bucket' ? '' : saidOf(name, text));
  const status = $metadata?.httpStatusCode;
  if (status === 401) return new BucketError('refused', saidOf(name, text));
  if (status === 403) return new BucketError('forbidden', saidOf(name, text));
  if (status === 404 && (text === '' || /unknown/i.test(text))) return new BucketError('absent', '');
  if (status === 412) return new BucketError('changed', 'it was written anew meanwhile');
  if (status === 429 || (status !== undefined && status >= 500))
    return new BucketError('busy', `status ${status}`, {
      waitMs: retryAfter($response?.headers?.['retry-after']),
    });
  if (/region is missing/i.test(text)) return new BucketError('other', 'no `region:` is set');
  return networkError(error) ?? new BucketError('other', saidOf(name, text));
}

/** Names such as `SignatureDoesNotMatch` say most. */
function saidOf(name: unknown, text: string): string {
  const said = saidBriefly(text);
  return [String(name ?? ''), said].filter((part) => part !== '' && part !== 'Error').join(': ');
}
