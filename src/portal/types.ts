/** The local portal's folder as data: `portal.yml` describes tables and files, and the protocols that serve them. */

/** A column as a portal serves it. */
export interface ServedColumn {
  /** Name in answers: CKAN's column id, Socrata's `fieldName`. */
  readonly name: string;
  /** Type in the portal's own words: CKAN `text int4 float8 date …`, Socrata `text number floating_timestamp …`. */
  readonly type: string;
  /** Name in the file, where it is not `name` (case, blanks, `_` and punctuation do not count). */
  readonly from?: string;
}

/** A file of the portal as it lay on disk when the folder was read. */
export interface SourceFile {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** The rows of one table on one day: which files, and how they become rows. */
export interface TableSpec {
  /** Joined in this order; the first one's header names the columns. */
  readonly files: readonly SourceFile[];
  /** Served columns in order; undefined: all of the file's, as text. */
  readonly columns?: readonly ServedColumn[];
  /** Columns of the file that are not served, by their exact names. */
  readonly drop: readonly string[];
  /** JSON: dotted path of the array of records; undefined: the top-level array. */
  readonly records?: string;
  /** JSON: member of a record whose own members are columns, such as ArcGIS's `attributes`. */
  readonly spread?: string;
  /** `export`: the CSV is a Socrata export (MM/DD/YYYY dates), served in the API's dialect. */
  readonly dialect: 'api' | 'export';
  /** Rows as counted before; present only while the files still have the size they were counted at. */
  readonly rows?: number;
  /** The portal's own date of the data, ISO 8601 UTC with milliseconds. */
  readonly updatedAt: string;
}

/** A resource of a CKAN package: rows in the datastore, or an uploaded file. */
export interface CkanResource {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  /** In the datastore: rows by datastore_search and dump. */
  readonly table?: TableSpec;
  /** An uploaded file, served as it is. Exactly one of `table` and `file`. */
  readonly file?: SourceFile;
  /** Last segment of an uploaded file's URL. */
  readonly filename: string;
  readonly updatedAt: string;
  /** `ckan.datastore.search.rows_max`: rows of one datastore_search at most. */
  readonly cap: number;
  /** List the CSV, XML and JSON copies that Toronto's extension keeps beside a datastore resource. */
  readonly cacheCopies: boolean;
}

/** A CKAN package, which people call dataset. */
export interface CkanPackage {
  readonly name: string;
  readonly id: string;
  readonly title: string;
  readonly notes: string;
  readonly category: string;
  readonly refreshRate: string;
  readonly topics: string;
  readonly division: string;
  readonly license: string;
  readonly resources: readonly CkanResource[];
}

/** A dataset of a Socrata domain. */
export interface SocrataDataset {
  /** Four-by-four. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly attribution: string;
  /** Column that the publisher declared as row identifier. */
  readonly rowIdentifier?: string;
  /** Most rows of one answer, whatever `$limit` says; undefined: no cap. */
  readonly cap?: number;
  readonly table: TableSpec;
}

/** A body as a portal really sent it. */
export interface RecordedAnswer {
  /** Path and query that it answers. */
  readonly at: string;
  readonly file: SourceFile;
  readonly status: number;
  readonly contentType: string;
  /** The file holds the `result` of this CKAN action alone; it is sent within the action API's answer. */
  readonly resultOf?: string;
}

/** What was recorded of an origin: bodies by the URL that they answer, and vcrpy's cassettes. */
export interface RecordedAnswers {
  readonly answers: readonly RecordedAnswer[];
  readonly cassettes: readonly SourceFile[];
}

interface OriginBase {
  /** Real origin, `https://data.cityofnewyork.us`. */
  readonly origin: string;
  /** Compress answers for clients that accept gzip. */
  readonly gzip: boolean;
  /** Nothing listens: connections are refused. */
  readonly down: boolean;
  /** Played back before the protocol is asked; what was not recorded it answers itself. */
  readonly recorded?: RecordedAnswers;
}

/** A CKAN portal. */
export interface CkanOrigin extends OriginBase {
  readonly type: 'ckan';
  /** Origin that datastore URLs in package_show name; Toronto's is an internal host. */
  readonly internalOrigin: string;
  readonly packages: readonly CkanPackage[];
}

/** A Socrata domain. */
export interface SocrataOrigin extends OriginBase {
  readonly type: 'socrata';
  /** Known app tokens; undefined: any token is accepted, as is none. */
  readonly tokens?: readonly string[];
  readonly datasets: readonly SocrataDataset[];
}

/** Files served as they are: GitHub's raw host, or any web server. */
export interface FileOrigin extends OriginBase {
  readonly type: 'github' | 'http';
  readonly mounts: readonly FileMount[];
}

/** Files below one URL path. */
export interface FileMount {
  /** URL path that the mount begins at, with a slash at both ends: `/statsbomb/open-data/master/`. */
  readonly prefix: string;
  /** Absolute folder; every file under it is served. */
  readonly folder?: string;
  /** URL path below the prefix → file. */
  readonly files: Readonly<Record<string, SourceFile>>;
}

/** One real origin, and what is served under it. */
export type OriginSpec = CkanOrigin | SocrataOrigin | FileOrigin;

/** A misbehaviour that `portal.yml` asks for, so that a project or a test can meet it. */
export interface FaultRule {
  /** Path and query as sent, percent-decoded; `*` stands for anything. */
  readonly at: string;
  readonly origin?: string;
  /**
   * `status`: answer `status` in the portal's own shape · `html`: 200 with a web page · `reset`: close the connection
   * unanswered · `cut`: close it after `bytes` of the body · `rows`: page with `by` rows more (negative: fewer), otherwise well formed ·
   * `count`: every count is off by `by` · `delay`: answer after `ms`.
   */
  readonly kind: 'status' | 'html' | 'reset' | 'cut' | 'rows' | 'count' | 'delay';
  readonly status: number;
  /** Seconds, or an HTTP date; sent as Retry-After. */
  readonly retryAfter?: string;
  readonly bytes: number;
  readonly by: number;
  readonly ms: number;
  /** Matching requests that pass unharmed first. */
  readonly after: number;
  /** Matching requests that are hit then; undefined: all. */
  readonly times?: number;
}

/** A seeded fault: strikes each request with the probability `rate`. The catalogue of names is `faults/catalogue.ts`. */
export interface FaultChance {
  /** As written: `status429`, `cut`. */
  readonly name: string;
  readonly kind:
    | 'status'
    | 'reset'
    | 'cut'
    | 'length'
    | 'stall'
    | 'slow'
    | 'html'
    | 'cap'
    | 'short'
    | 'total'
    | 'shift'
    | 'etag';
  /** From 0 to 1. */
  readonly rate: number;
  /** Of `status`. */
  readonly status?: number;
  /** What the catalogue says of this fault; undefined: its default. */
  readonly amount?: number | 'none';
}

/** `portal.yml` read, checked and resolved to one day. Serialisable. */
export interface PortalFolder {
  /** Absolute path of `portal.yml`. */
  readonly file: string;
  /** Absolute folder that the file names in it are relative to. */
  readonly root: string;
  /** The day that is served; undefined: each table's newest. */
  readonly day?: number;
  readonly origins: readonly OriginSpec[];
  readonly faults: readonly FaultRule[];
  /** Seeded faults that strike the requests of every origin. */
  readonly chances: readonly FaultChance[];
  /** What the draws of `chances` begin from. */
  readonly seed: number;
}

/** A portal that serves until it is closed. */
export interface RunningPortal {
  /** Real origin (`https://data.cityofnewyork.us`) → loopback origin (`http://127.0.0.1:40123`). */
  readonly origins: Readonly<Record<string, string>>;
  /** Requests answered so far, by real origin; for tests and messages. */
  readonly requests: () => Readonly<Record<string, number>>;
  /** Faults that struck so far: name → how often, over all origins. */
  readonly faults: () => Readonly<Record<string, number>>;
  /** The newest date that it gives of any table, ISO 8601 UTC: what "now" is for the data that it serves. */
  readonly asOf?: string;
  /** Ends the servers and every connection to them. */
  close(): Promise<void>;
}

/** One line of what a portal folder serves, for people. */
export interface DescribedTable {
  readonly origin: string;
  readonly type: OriginSpec['type'];
  /** CKAN package and resource name, Socrata 4x4, path of a file or folder. */
  readonly id: string;
  readonly name: string;
  /** Undefined for files that are served as they are. */
  readonly rows?: number;
  /** A URL that shows it, on the real origin. */
  readonly url: string;
}
