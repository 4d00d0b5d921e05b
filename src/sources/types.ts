/**
 * One interface for all portal protocols. A source knows how to ask; it knows nothing of files, retries,
 * budgets, secrets or SQL. Values are plain data, so that a plan can be printed and a fetch resumed.
 */
import type { LakeError } from '../errors/lake-error.js';
import type { Dataset, Portal } from '../project/types.js';

/** Ready JSON from the portal, asked through the fetcher's budgets, deadlines and retries. */
export interface PortalClient {
  /**
   * GET a small document (capped at 16 MiB).
   * @throws LakeError LK3xxx when the portal stays unreachable or `accept` does not list the status.
   */
  getJson(
    url: string,
    options?: { readonly accept?: readonly number[] },
  ): Promise<{ status: number; headers: Readonly<Record<string, string>>; body: unknown }>;
  /** HEAD; used for files without metadata. Every final status is answered, 405 and 404 too: many servers know no HEAD. */
  head(url: string): Promise<{ status: number; headers: Readonly<Record<string, string>> }>;
}

export interface SourceContext {
  readonly dataset: Dataset;
  readonly portal: Portal;
  /** The day in the dataset's time zone, `2026-11-21`. */
  readonly today?: string;
  /** Hosts beyond the portal's own that discovered addresses may lead to. */
  readonly allowedHosts?: readonly string[];
  /** `for_each`: the parent's rows, only the fields that the templates name, distinct, as text. */
  readonly parentRows?: readonly Readonly<Record<string, string>>[];
}

/** One discovered resource. `id` is stable across runs: CKAN resource id, Socrata 4x4, path of a file. */
export interface Part {
  readonly id: string;
  /** Written to `_source_part`: short, readable, unique within the dataset. */
  readonly label: string;
  /** `{year: '2017'}`: land in bronze as `_year`. */
  readonly variables: Readonly<Record<string, string>>;
  /** What `probe` and `requests` need to know: plain data of the source's own. */
  readonly locator: Readonly<Record<string, unknown>>;
}

/** What the portal says of a part now, for at most two requests. */
export interface Probe {
  /** Rows that the portal counts for the whole part; undefined where it counts nothing (files). */
  readonly count?: number;
  /** Rows of the stretch that was given; undefined where none was. */
  readonly countSince?: number;
  /** Changes when the data may have changed (rowsUpdatedAt, last_modified, ETag); undefined: unknown, fetch to see. */
  readonly fingerprint?: string;
  /** Column names in the portal's order, where it tells. */
  readonly columns?: readonly string[];
  /** The portal's own date of its data, ISO 8601 UTC. */
  readonly updatedAt?: string;
  /** Most rows that one request may bring. */
  readonly pageCap?: number;
  /** Where `divide` cuts the part's rows. */
  readonly dividers?: readonly Divider[];
  /** False: `missing: skip` and the portal has no such file. */
  readonly exists: boolean;
  /** The portal's own mark of the state of the data that it counted; another one after the reading says that it moved. */
  readonly stamp?: string;
  /** Sentences that a person should read: a replica that lags behind. */
  readonly notes?: readonly string[];
  readonly requests: number;
}

/** A key at which a part's rows are cut into ranges: it is the last of the range before it. */
export interface Divider {
  readonly key: string;
  /** Rows up to and with this key, as it was asked. */
  readonly rows: number;
}

/** What the portal says of a part once it has been read, for at most two requests: the whole part's count, and the mark of its data. */
export type Recount = Pick<Probe, 'count' | 'stamp'>;

/** One HTTP request that brings rows. Everything needed to send it again after a crash; no secrets. */
export interface RequestSpec {
  /** Unique within the part, sortable: `p00003`. */
  readonly id: string;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What a good body looks like; anything else (HTML, a JSON error) fails, see faults F9, F10. */
  readonly expect: DecodeHint['format'] | 'any';
  /** Rows asked for and where they start, for paging and messages. */
  readonly offset?: number;
  readonly limit?: number;
  /** May answer 304 to the part's stored validators. Only on one-request parts. */
  readonly conditional: boolean;
  /** 404 means "no such file" and brings no rows. */
  readonly missingOk?: boolean;
}

/** Pages whose number or address is known only while fetching: advanced by the fetcher through its ledger. */
export interface Expander {
  readonly kind: 'ckan_pages' | 'socrata_pages' | 'socrata_keyset' | 'http_pages';
  /** Id of the request, one of the part's, whose answer is asked about first. */
  readonly first: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What `advance` is told of each answer beside the number of its rows. */
  readonly reads?: {
    /** JSON: path of the list whose elements are counted; the document itself where it is left out. */
    readonly records?: string;
    /** JSON: paths of single values. */
    readonly values?: readonly string[];
    /** JSON: the one of `values` that is the number of all rows. */
    readonly total?: string;
    /** CSV: the column whose value in the last row is wanted. */
    readonly last?: string;
  };
  /** Most pages; the fetcher's own limit where nothing is said. */
  readonly maxPages?: number;
  /**
   * True: each page begins behind the last key of the one before, so that rows that come and go elsewhere move none. Every
   * one of the part's requests begins a chain of its own.
   */
  readonly byKey?: boolean;
}

/** What a fetched page tells. */
export interface PageAnswer {
  readonly rows: number;
  /** The values that the expander reads, by path; only those that are there. */
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
  /** CSV: value of `reads.last` in the last row. */
  readonly last?: string;
  /** Target of the Link header with rel=next, as sent. */
  readonly next?: string;
}

export interface PartRequests {
  readonly requests: readonly RequestSpec[];
  readonly expander?: Expander;
  /** Rows that should land by the portal's own count; undefined where it does not count. */
  readonly expectedRows?: number;
  /** CSV: the protocol ends every row with a line end, the last one too. */
  readonly lineEnds?: boolean;
  readonly decode: DecodeHint;
}

/** How the engine reads the bodies of one part. */
export interface DecodeHint {
  /** `zip`: what the archive's members are is seen from each of them. */
  readonly format: 'csv' | 'json' | 'geojson' | 'xlsx' | 'parquet' | 'zip';
  /** ZIP: name of the member, or a pattern: `*` stands for any text, `{variable}` for a part that becomes a column. */
  readonly member?: string;
  /** JSON: path of the array of records, `result.records`; undefined: the top-level array. */
  readonly records?: string;
  readonly explode?: { readonly path: string; readonly keepEmpty: boolean };
  readonly sheet?: string;
  /** 1-based row of the column names, or `none`: then they are `column_1`, `column_2`, …; CSV and XLSX. */
  readonly header?: number | 'none';
  readonly skipRows?: number;
  readonly footerRows?: number;
  readonly delimiter?: string;
  readonly quote?: string;
  /** CSV and JSON: of the text. Parquet: binary columns that no type is written for hold text of this encoding. */
  readonly encoding?: string;
  /** `replace`: bytes that are not of the encoding become U+FFFD and are counted; else they are an error. */
  readonly invalidBytes?: 'fail' | 'replace';
  /** CSV. `fill`: missing values at a row's end are NULL, empty ones beyond the header are left out; else an error. */
  readonly ragged?: 'fail' | 'fill';
  /** CSV. `skip`: rows that repeat the header are left out and counted. */
  readonly repeatedHeader?: 'keep' | 'skip';
  /** Column that identifies a delivered row within the portal (`:id`, `_id`, `OBJECTID`): page overlap is found by it. */
  readonly rowId?: string;
}

/** A stretch of a dataset's cursor. */
export interface Since {
  readonly column: string;
  /** Rows at or after this value. Without an end, rows whose cursor is NULL belong to it: nothing else would find them. */
  readonly value: string;
  /** And before this one. */
  readonly until?: string;
}

export interface RequestOptions {
  /** Undefined: everything. Else the rows of this stretch (lookback already subtracted). */
  readonly since?: Since;
  /** `safe`: the second try after a count that did not fit: slower, in key order, where the protocol has such a way. */
  readonly strategy: 'fast' | 'safe';
  /** A sample: the first rows, in one request, where the protocol can be asked for so many; else it is not looked at. */
  readonly limit?: number;
}

/** What the last accepted load knew of a part. */
export interface KnownPart {
  readonly fingerprint?: string;
  readonly count?: number;
}

export interface Source {
  readonly type: Portal['type'];
  /** True where `requests` can ask for only the rows since a cursor; else it always asks for everything. */
  readonly incremental: boolean;
  /**
   * Rows that this portal is known to write at a time while it fills a table anew in the open; undefined where nothing is
   * known. Fewer rows than before, and exactly a multiple of it, are taken for a table seen midway.
   */
  refreshBatch?(portal: Portal): number | undefined;
  /** Counts at which answers to such questions end without a word, and what each is. */
  caps?(dataset: Dataset): Readonly<Record<number, string>>;
  /**
   * The dataset's parts, in a stable order.
   * @throws LakeError LK30xx naming the package, resource or file that is missing or ambiguous.
   */
  discover(context: SourceContext, client: PortalClient): Promise<readonly Part[]>;
  /**
   * What the portal says of one part. `since`: where an incremental fetch would start. `known`: fingerprint and count
   * of the last accepted load; where the fingerprint is the same, counting again can be saved.
   */
  probe(
    part: Part,
    context: SourceContext,
    client: PortalClient,
    since?: RequestOptions['since'],
    known?: KnownPart,
  ): Promise<Probe>;
  /** Sentences about the dataset as a whole that a person should read: this year's member of a family is missing. */
  remarks?(context: SourceContext, client: PortalClient): Promise<readonly string[]>;
  /** The same failure in the words of the portal, where its status alone does not say what is wrong. */
  explain?(part: Part, context: SourceContext, error: LakeError): LakeError;
  /**
   * Counts a part again after it was read: a table that changed meanwhile shows by it. Or a stretch of it, where the source
   * is incremental. Left out where nothing is counted.
   */
  recount?(part: Part, context: SourceContext, client: PortalClient, since?: Since): Promise<Recount>;
  /**
   * Keys that cut the part's rows into ranges of about the same size, so that the safe way can read them all at once, for one
   * small request each. None where one range is enough, or the portal does not tell. Left out where a key cannot be asked for.
   */
  divide?(
    part: Part,
    probe: Probe,
    context: SourceContext,
    client: PortalClient,
  ): Promise<readonly Divider[]>;
  /** Pure: the requests that bring the part's rows. */
  requests(part: Part, probe: Probe, context: SourceContext, options: RequestOptions): PartRequests;
  /** Pure: the requests that bring the portal's ids of all rows of a part, and nothing else of them. Left out where there are none to be had cheaply. */
  rowIds?(
    part: Part,
    probe: Probe,
    context: SourceContext,
    strategy: RequestOptions['strategy'],
  ): PartRequests;
  /** Pure: the requests that follow from one answer of an expander's, none at the end. Asked for `first` and for each request it named. */
  advance?(expander: Expander, previous: RequestSpec, answer: PageAnswer): readonly RequestSpec[];
}
