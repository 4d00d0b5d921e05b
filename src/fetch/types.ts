/** What the fetcher is asked for and what it gives back: files in a spool, with their hashes. Serialisable. */
import type { DecodeHint, Expander, RequestSpec, Since } from '../sources/types.js';

export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** One part to fetch. */
export interface PartFetch {
  readonly partId: string;
  readonly label: string;
  readonly variables: Readonly<Record<string, string>>;
  /** `full` replaces all that is known of the part, `incremental` adds to it. */
  readonly kind: 'full' | 'incremental';
  /** Rows of this stretch of the cursor alone were asked for; undefined: all rows, which `append` may still add to what it has. */
  readonly since?: Since;
  /** The stretch is one of several of this part, each fetched and resumed by itself; `partId` is its own. */
  readonly stretchOf?: string;
  /** Only the ids of all rows of this part are asked for, to find those that are gone; `partId` is its own. */
  readonly sweepOf?: string;
  readonly requests: readonly RequestSpec[];
  readonly expander?: Expander;
  readonly expectedRows?: number;
  /** The portal's count of the whole part, for the check after a merge. */
  readonly totalRows?: number;
  readonly decode: DecodeHint;
  /** CSV: the portal is known to end every row with a line end. */
  readonly lineEnds?: boolean;
  /** Sent as If-None-Match / If-Modified-Since where a request is `conditional`. */
  readonly validators?: Validators;
  /** What the portal says of the part's data now: bodies fetched under the same words are used again. Absent: it says nothing. */
  readonly revision?: string;
  /** Nothing that an earlier run or try left in the spool is used. */
  readonly fresh?: boolean;
}

export interface FetchPlan {
  readonly dataset: string;
  readonly portal: string;
  readonly parts: readonly PartFetch[];
}

/** One finished body in the spool. */
export interface SpoolFile {
  readonly requestId: string;
  readonly url: string;
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly status: number;
  readonly validators: Validators;
  /** Target of the answer's Link header with rel=next (RFC 8288), as sent. */
  readonly next?: string;
  /** Bytes that came over the wire, before decompression. */
  readonly wireBytes: number;
  /** Requests that this run sent for it, tries and redirects; 0 or undefined: it lay in the spool already. */
  readonly tries?: number;
  /**
   * CSV: whether it ends with a line end, or without one but as long as the server said (`framed`), or without either
   * (`open`): then nothing tells whether the last value is whole.
   */
  readonly ending?: 'line' | 'framed' | 'open';
  /** Records in it, where it is a page that was looked into for the pages that follow. */
  readonly records?: number;
}

/** What came of the bodies that an earlier run had left in the spool. */
export interface ResumedPart {
  /** Bodies used again without a request. */
  readonly saved: number;
  /** Bodies used again because the server said by 304 that they have not changed. */
  readonly confirmed: number;
  /** Bodies that no longer fit and were asked for anew, by the reason. */
  readonly misfits: Readonly<Record<string, number>>;
}

export interface FetchedPart {
  readonly partId: string;
  /** True: the portal answered 304; `files` is empty. */
  readonly notModified: boolean;
  /** True: `missingOk` and 404; `files` is empty. */
  readonly missing: boolean;
  readonly files: readonly SpoolFile[];
  /** Hash over the files' hashes in request order: equal bytes, equal value. */
  readonly sha256: string;
  readonly validators: Validators;
  /** How to read the files: the plan's hint, with the format of the bytes where the request said `any`. */
  readonly decode: DecodeHint;
  /** The number of all rows by the first and by the last answer, where the answers of an expander tell one. */
  readonly totals?: readonly [first: number, last: number];
  /** Records in all pages that were looked into for the pages that follow. */
  readonly records?: number;
  readonly requests: number;
  readonly resumed: ResumedPart;
}

/** Told while fetching; the run turns it into events. */
export interface FetchProgress {
  readonly dataset: string;
  readonly part: string;
  readonly bytes: number;
  readonly requestsDone: number;
  readonly requestsTotal: number;
}

export interface FetchNotice {
  readonly dataset: string;
  readonly host: string;
  readonly url: string;
  readonly attempt: number;
  readonly attempts: number;
  /** False for a try that costs none of `attempts`, see `Patience`. */
  readonly counts: boolean;
  readonly waitMs: number;
  readonly reason: string;
}
