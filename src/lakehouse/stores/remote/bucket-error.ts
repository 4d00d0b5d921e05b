/** What an object store said, or that it said nothing, in the few kinds that lake does something about. */
import { LakeError } from '../../../errors/lake-error.js';

export type BucketErrorKind =
  /** No bucket of that name. */
  | 'no_bucket'
  /** No object of that name. */
  | 'absent'
  /** The credentials are good, and may not do this. */
  | 'forbidden'
  /** Credentials that are expired, revoked or wrong. */
  | 'refused'
  | 'no_credentials'
  /** Nobody answers at the address. */
  | 'unreachable'
  /** 429, 5xx: later. */
  | 'busy'
  /** The connection ended or fell silent in the middle. */
  | 'broken'
  /** What came is not what was written. */
  | 'damaged'
  /** The object is another one since. */
  | 'changed'
  /** The session of an upload is gone. */
  | 'session_lost'
  /** Any other refusal: the same request will be refused again. */
  | 'other';

/** One request that failed. Never shown as it is: `toLakeError` says what and where. */
export class BucketError extends Error {
  readonly kind: BucketErrorKind;
  /** `Retry-After`, in milliseconds. */
  readonly waitMs: number | undefined;
  /** Who did not answer, where that is known. */
  readonly host: string | undefined;

  /** @param said What the store or the system said, in short, without anything secret. */
  constructor(
    kind: BucketErrorKind,
    said: string,
    { waitMs, host }: { readonly waitMs?: number | undefined; readonly host?: string | undefined } = {},
  ) {
    super(said);
    this.name = 'BucketError';
    this.kind = kind;
    this.waitMs = waitMs;
    this.host = host;
  }
}

/** Where to look for credentials, and what a bucket is called there. */
export interface StoreWords {
  /** `Google Cloud Storage`, `the S3 service`. */
  readonly service: string;
  /** Origin of the endpoint. */
  readonly endpoint: string;
  readonly noCredentials: string;
  readonly expired: string;
  readonly forbidden: string;
}

/** The next of several tries may go well without any change. */
export function isTransient({ kind }: BucketError): boolean {
  return ['busy', 'broken', 'unreachable', 'damaged', 'changed', 'session_lost'].includes(kind);
}

/**
 * @param doing A verb with its preposition: `read`, `write 12 bytes to`.
 * @param place `gs://bucket/key`.
 */
export function toLakeError(
  error: BucketError,
  doing: string,
  place: string,
  bucket: string,
  words: StoreWords,
): LakeError {
  const what = (text: string): string => `cannot ${doing} ${place}: ${text}`;
  const said = error.message === '' ? '' : ` (${error.message})`;
  const make = (code: string, text: string, hint: string): LakeError =>
    new LakeError(code, what(text), {
      hint,
      transient: isTransient(error),
      details: { place, kind: error.kind },
    });
  switch (error.kind) {
    case 'no_bucket':
      return make(
        'LK6011',
        `there is no bucket ${bucket}`,
        `Make the bucket, or correct \`bucket:\` of the lake in profiles.yml; it was looked for at ${words.endpoint}.`,
      );
    case 'forbidden':
      return make('LK6012', `permission denied${said}`, words.forbidden);
    case 'refused':
      return make('LK6013', `the credentials were not accepted${said}`, words.expired);
    case 'no_credentials':
      return make('LK6014', `no credentials were found${said}`, words.noCredentials);
    case 'unreachable':
      return make(
        'LK6015',
        // Credentials may be asked for elsewhere.
        `nobody answers at ${error.host === undefined || words.endpoint.includes(error.host) ? words.endpoint : error.host}${said}`,
        'Check the network and `endpoint:` of the lake in profiles.yml, then run again.',
      );
    case 'damaged':
      return make(
        'LK6017',
        `what came is not what was written${said}`,
        'Run again; when it happens twice, look at what lies between this machine and the bucket.',
      );
    case 'busy':
    case 'broken':
    case 'changed':
    case 'session_lost':
      return make(
        'LK6016',
        `${words.service} failed several times${said}`,
        'Run again later; what was published before is intact.',
      );
    case 'absent':
    case 'other':
      return make(
        'LK6018',
        `${words.service} refused it${said}`,
        'Check the settings of the bucket, and the lake in profiles.yml.',
      );
  }
}
