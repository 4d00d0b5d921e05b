/** What faults do to one request, as data: decided before the answer is made, done while it is made and sent. */

/** Something that happens to the bytes of a body on their way out. */
export interface BodyFault {
  readonly kind: 'cut' | 'reset' | 'stall' | 'slow' | 'length';
  /** Where within the body, from 0 to below 1. */
  readonly at: number;
  /** `cut`: the bytes that come, whatever `at` says. `length`: bytes that are announced too many. */
  readonly bytes?: number;
  /** `stall`: until the connection closes. `slow`: for the whole body. */
  readonly ms: number;
}

/** What faults change about an answer. */
export interface Distortion {
  /** Added to every count. */
  readonly count: number;
  /** Added to the number of rows of a page; negative. */
  readonly rows: number;
  /** Most rows of a page. */
  readonly cap?: number;
  /** So many rows are missing from a page, from the place `at` (0 to below 1) on. */
  readonly missing?: { readonly rows: number; readonly at: number };
  /** A page that is asked by an offset above 0 begins so many rows early; negative: late. */
  readonly shift: number;
  /** Sent instead of the true ETag, with quotes; no validator of the client fits then. */
  readonly etag?: string;
  readonly body?: BodyFault;
}

/** An answer as it is. */
export const undistorted: Distortion = { count: 0, rows: 0, shift: 0 };

/** An answer that is none of the protocol's. */
export type Instead =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'html' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'stall'; readonly ms: number };

/** Everything that faults do to one request. */
export interface Strike {
  readonly distortion: Distortion;
  /** Wait before anything else. */
  readonly delayMs: number;
  /** Happens instead of the real answer. */
  readonly instead?: Instead;
  /** Names of the faults that struck, for counting. */
  readonly names: readonly string[];
}
