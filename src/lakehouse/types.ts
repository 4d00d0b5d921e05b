/** Tables on a store: immutable Parquet files, a Delta log, lake's own state beside each commit, sets. */
import type { Engine } from '../engine/types.js';
import type { Validators } from '../fetch/types.js';
import type { Store } from './stores/store.js';

/** `bronze.shootings`, `silver.shootings__quarantine`, `gold.x`: layer and name of a table. */
export type TableId = string;

export interface DataFile {
  /** Relative to the table's folder, not URI-encoded. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Bronze only: the parts whose rows the file holds, and the portal's columns in it. */
  readonly parts?: readonly string[];
  readonly columns?: readonly string[];
  readonly loadId?: string;
  readonly partition?: Readonly<Record<string, string | null>>;
  /** Columns of the table that came after the file was written: read as NULL. Left out when there are none. */
  readonly absent?: readonly string[];
  /** Another program wrote it: its columns are cast to the table's types. */
  readonly foreign?: true;
  /** How the log names it, where that is not how lake would write the path. */
  readonly uri?: string;
}

/** What is known of one part after its last accepted load. */
export interface PartState {
  readonly label: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Loads whose rows are current, oldest first: the newest full one and, for append and upsert, all later ones. */
  readonly loads: readonly string[];
  readonly cursor?: string;
  readonly validators: Validators;
  readonly fingerprint?: string;
  /** The portal's count at the last look. */
  readonly count?: number;
  /** Rows of the part that are current in bronze. */
  readonly rows: number;
  readonly sha256: string;
  readonly rowId?: string;
  /** How the newest load's CSV bodies ended, see `SpoolFile`. */
  readonly ending?: 'line' | 'framed' | 'open';
  /** True when the newest load brought only some of the part's rows, so that `sha256` says nothing of the whole. */
  readonly partial?: boolean;
  /** It was left by a fetch policy before it was ever loaded. */
  readonly scheduled?: true;
  /** When its portal was asked last, ISO 8601 UTC; kept only where `fetch: {stale_after: …}` goes by it. */
  readonly checked?: string;
  /** When all its rows were last compared with the portal's, and what the portal said of its data then. */
  readonly swept?: { readonly at: string; readonly fingerprint?: string };
  /** Rows of these loads that a sweep found gone at the portal, by its own ids. */
  readonly withdrawn?: readonly {
    readonly at: string;
    readonly loads: readonly string[];
    readonly ids: readonly string[];
  }[];
  /** Append: loads at which the portal was seen to have numbered its rows anew: ids of before mean other rows. */
  readonly renumbered?: readonly string[];
}

export interface LoadRecord {
  readonly loadId: string;
  readonly run: string;
  readonly at: string;
  readonly kind: 'full' | 'incremental';
  readonly rows: number;
  readonly bytes: number;
  readonly requests: number;
  readonly parts: readonly string[];
  /** Whether a count of the portal stood beside each part's rows; false: nothing confirms that all of them came. Absent: not known. */
  readonly counted?: boolean;
  /** Why it was asked for, in words. */
  readonly reason?: string;
  /** Guards that were accepted by `--accept`, with the content hash they were accepted for. */
  readonly accepted?: readonly AcceptedGuard[];
  /** Against the last accepted load; left out where the portal's columns are the same. */
  readonly columns?: ColumnChange;
}

/** A guard that `--accept` passed over, and the content that this was said of: it trips again on any other. */
export interface AcceptedGuard {
  readonly guard: string;
  readonly hash: string;
  /** When it was accepted, ISO 8601, and by which user of the machine, where that has a name. */
  readonly at?: string;
  readonly by?: string;
}

/** How the portal's columns differ from those of the load before, all parts together. */
export interface ColumnChange {
  readonly added: readonly string[];
  readonly gone: readonly string[];
  /** Pairs of a gone and an added column that hold the same values; `share` of the compared rows, from 0 to 1. */
  readonly renamed: readonly ColumnRename[];
}

export interface ColumnRename {
  readonly from: string;
  readonly to: string;
  readonly share: number;
}

/** What is remembered of a silver table's fields, for the guards of the next load and for freshness. */
export interface TableProfile {
  readonly rows: number;
  /** Field → rows in which it is NULL. Lists are left out: no statistics count them. */
  readonly nulls: Readonly<Record<string, number>>;
  /** Field with a `default:` → rows of bronze in which the portal delivered no value. */
  readonly defaulted: Readonly<Record<string, number>>;
  /** Dates, timestamps and numbers: greatest value, as DuckDB writes it. */
  readonly maxima: Readonly<Record<string, string>>;
  /** Field → hash of what it is made by; versions of before have none. */
  readonly definitions?: Readonly<Record<string, string>>;
}

/** Loads that a guard on silver refused after they were committed: their rows do not count any more. */
export interface RejectedLoads {
  readonly loadIds: readonly string[];
  readonly guards: readonly string[];
  readonly reason: string;
  /** Of the content that was refused. */
  readonly hash: string;
}

export interface TestRecord {
  readonly id: string;
  /** hash(test, data versions of everything it reads). */
  readonly hash: string;
  readonly status: 'pass' | 'fail' | 'warn' | 'error';
  readonly failures: number;
  readonly at: string;
}

/** Rows of one silver build, in the terms of DESIGN §4. */
export interface Accounting {
  readonly bronze: number;
  readonly silver: number;
  readonly quarantined: number;
  readonly superseded: number;
  readonly withdrawn: number;
  readonly overlap: number;
  /** Failed casts and rules by field: {'occurred_on: range': 968}, nullified ones included. */
  readonly errors: Readonly<Record<string, number>>;
  readonly nullified: number;
}

/** What readers of a table are told of it. */
export interface TableDocuments {
  readonly description?: string;
  /** Column → what its values mean; columns that nothing is said of are left out. */
  readonly comments: Readonly<Record<string, string>>;
}

/** `<table>/_lake/<version>-<txnId>.json`: all that lake needs to know of a table at one version. */
export interface TableState {
  readonly format: 1;
  readonly table: TableId;
  readonly version: number;
  /** Last version whose commit changed data: what children count by. */
  readonly dataVersion: number;
  readonly txnId: string;
  readonly run: string;
  readonly at: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly files: readonly DataFile[];
  readonly rows: number;
  readonly bytes: number;
  /** Sum of the rows' hashes with the engine's version; volatile columns left out. */
  readonly contentHash?: string;
  /** hash(definition, inputs' data versions) of the build that made or last confirmed this version. */
  readonly fingerprint?: string;
  /** The definition's part of it alone, so that a plan can say which of the two changed. */
  readonly definitionHash?: string;
  /** Node id → data version that was read: a number of a table, a fingerprint of a view or ephemeral. */
  readonly inputs: Readonly<Record<string, number | string>>;
  readonly tests: readonly TestRecord[];
  /** False after `lake run`: published without its tests. */
  readonly audited: boolean;
  /** Column → the type that its SQL yields, where Delta lacks it: somebody was told, and need not be told again. */
  readonly casts?: Readonly<Record<string, string>>;
  /** Models, seeds and snapshots with `sort_by`: the order of the rows in each file. */
  readonly sortedBy?: readonly string[];
  /** Microbatch models: end of the newest batch, ISO 8601 UTC. */
  readonly batches?: { readonly until: string };
  /** Bronze. */
  readonly load?: LoadRecord;
  /** Silver and models: descriptions, as the Delta log has them. */
  readonly documents?: TableDocuments;
  readonly parts?: Readonly<Record<string, PartState>>;
  readonly sourceHash?: string;
  /** Bronze with `for_each`: what its parent was asked, so that another `where:` asks again. */
  readonly parentQuery?: string;
  /** Bronze: this version took loads back. */
  readonly rejected?: RejectedLoads;
  /** Silver. */
  readonly accounting?: Accounting;
  readonly profile?: TableProfile;
  /** Guards on silver that `--accept` passed over for this version. */
  readonly accepted?: readonly AcceptedGuard[];
}

/** A version of a table that another program wrote. */
export interface ForeignVersion {
  readonly version: number;
  /** What it calls itself: `delta-rs:py-1.6.6`. */
  readonly writer: string;
  /** As it says: `WRITE`, `OPTIMIZE`. */
  readonly operation: string;
  /** ISO 8601 UTC, where it says. */
  readonly at?: string;
  readonly addedFiles: number;
  readonly removedFiles: number;
  /** Rows of these files, where their statistics say. */
  readonly addedRows?: number;
  readonly removedRows?: number;
  /** False: files were rearranged, or only the metadata changed. */
  readonly dataChange: boolean;
}

/** A published version of a table. */
export interface TableHead {
  readonly table: TableId;
  /** The newest of the log, whoever wrote it. */
  readonly version: number;
  /** What lake published last; of an earlier version where other programs changed rows since. */
  readonly state: TableState;
  /** Versions of other programs since then, oldest first. */
  readonly foreign?: readonly ForeignVersion[];
  /** Other programs removed files of the state, and they are gone from the lake. */
  readonly lost?: boolean;
}

/** SQL that reads other tables when it is read itself: a view, or an ephemeral that a view reads. */
export interface SqlDefinition {
  readonly sql: string;
  /** Tables, views and ephemerals that it reads. */
  readonly reads: readonly TableId[];
  /** Hash of what it says. */
  readonly definitionHash: string;
  /** Whether it reads the clock or chance: equal definitions then promise no equal rows. */
  readonly volatile: boolean;
}

/** `<layer>/<name>/_view/<n>.json`: all that there is of a view. */
export interface ViewState extends SqlDefinition {
  readonly format: 1;
  readonly table: TableId;
  readonly number: number;
  /** Newest version of a table of this name when the view took its place, -1 for none: a later one takes its place back. */
  readonly after: number;
  readonly run: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Ephemerals beneath it: they are published nowhere else. */
  readonly ephemerals: Readonly<Record<TableId, SqlDefinition>>;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly description?: string;
  /** What a plain DuckDB needs to make it of. Left out: nobody looked. */
  readonly plain?: PlainNeeds;
  /** hash(definition, inputs' data versions) of the build that made it. */
  readonly fingerprint: string;
  readonly inputs: Readonly<Record<string, number | string>>;
  readonly tests: readonly TestRecord[];
  /** False after `lake run`: published without its tests. */
  readonly audited: boolean;
}

/** What a view's SQL needs beside the tables that it reads. */
export interface PlainNeeds {
  /** `create or replace macro` statements, each after those that it calls. */
  readonly macros: readonly string[];
  /** What only lake's engine has. */
  readonly beyond: readonly string[];
  /** Table or view that it reads, itself or through an ephemeral → mark of its columns. */
  readonly columns: Readonly<Record<TableId, string>>;
}

/** A published version of a view. */
export interface ViewHead {
  readonly table: TableId;
  readonly version: number;
  readonly state: ViewState;
}

/** A view about to be published. */
export type ViewRequest = Omit<ViewState, 'format' | 'number' | 'after' | 'at'>;

/** A Parquet file that a node wrote, about to be committed. */
export interface StagedFile {
  /** Absolute path where it was staged. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly partition?: Readonly<Record<string, string | null>>;
  /** From `COPY … RETURN_STATS`: column → {min, max, null_count, …}, values as text. */
  readonly columnStats: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly parts?: readonly string[];
  readonly columns?: readonly string[];
  readonly loadId?: string;
}

/** A publisher whose data a table is made from: a `source` of Frictionless Data Package, with its licence. */
export interface TableSource {
  /** Address of the portal. */
  readonly path: string;
  /** Who is to be named: the dataset's owner, else the address. */
  readonly title: string;
  /** Name or address of the licence. */
  readonly license?: string;
}

export interface CommitRequest {
  readonly table: TableId;
  /** Version that the writer read, -1 for none: a commit by another in between is a conflict. */
  readonly base: number;
  /** `append` keeps the old files, `overwrite` removes them, `state` changes no file (validators moved). */
  readonly mode: 'append' | 'overwrite' | 'state';
  /** `state`: the data version whose current rows count again, where a load is taken back; else the one before stays. */
  readonly dataVersion?: number;
  /** `append`: the new files' columns; the table keeps the old ones as well. `state`: not looked at. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly partitionBy: readonly string[];
  readonly files: readonly StagedFile[];
  /** `append`: paths of old files that leave the table with this commit. */
  readonly without?: readonly string[];
  readonly description?: string;
  /** Descriptions of table and columns, `description` included; also of a commit that changes no data. Left out: only a commit of data says anything. */
  readonly documents?: TableDocuments;
  /** Delta's table configuration; `lake.sources`, a list of `TableSource` as JSON, also goes into `datapackage.json`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** All of the state but what the commit itself decides. */
  readonly state: Omit<
    TableState,
    'format' | 'table' | 'version' | 'dataVersion' | 'txnId' | 'at' | 'columns' | 'files' | 'rows' | 'bytes'
  >;
}

/** `<lake>/_sets/<n>.json`: the versions that belong together. */
export interface RunSet {
  readonly format: 1;
  readonly number: number;
  readonly run: string;
  readonly at: string;
  readonly tables: Readonly<Record<TableId, number>>;
  /** View → number. A name is a table's or a view's, not both. Left out in sets without views. */
  readonly views?: Readonly<Record<TableId, number>>;
  /** Test results for the versions of this set, by test id. */
  readonly tests: Readonly<Record<string, TestRecord>>;
}

/** What of a set belongs to tables and views. */
export type SetVersions = Pick<RunSet, 'tables' | 'views'>;

/** A load that was judged and not committed: failed, unchanged or rejected. `<lake>/_runs/<run>/<table>.json`, unchanged ones in `_run.json`. */
export interface Attempt {
  readonly run: string;
  readonly table: TableId;
  readonly at: string;
  readonly status: 'unchanged' | 'failed' | 'rejected' | 'committed';
  readonly reason: string;
  readonly code?: string;
  readonly rows?: number;
  readonly contentHash?: string;
  readonly requests: number;
  readonly bytes: number;
}

/** One body that a portal sent. */
export interface PageRecord {
  /** `_source_part` of the part. */
  readonly part: string;
  /** Name of the request within its part: `p00003`. */
  readonly request: string;
  readonly url: string;
  readonly status: number;
  /** Of the body as it is read, and as it came over the wire. */
  readonly bytes: number;
  readonly wireBytes: number;
  readonly sha256: string;
  /** Requests sent for it, tries and redirects included; 0: it lay in the spool already. */
  readonly tries: number;
  /** When its part was complete, ISO 8601 UTC. */
  readonly at: string;
}

/** What one load fetched, page by page. `<lake>/_runs/<run>/<table>.pages.ndjson`. */
export interface LoadPages {
  readonly run: string;
  readonly table: TableId;
  readonly pages: readonly PageRecord[];
}

/** That a run was, what it was asked and how it ended. `<lake>/_runs/<run>/_run.json`. */
export interface RunRecord {
  readonly format: 1;
  readonly run: string;
  /** `build`, `run`, `fetch`, `test`. */
  readonly command: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly exitCode: number;
  /** HTTP requests, discovery and tries included. */
  readonly requests: number;
  /** Status → number of nodes that ended so. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Loads that were asked for and had not changed: a thousand of them are one file, not a thousand. */
  readonly unchanged?: readonly Attempt[];
}

export interface Lake {
  /** Absolute folder for local lakes. */
  readonly root: string;
  /** Where the bytes lie. */
  readonly store: Store;
  /** Newest version of a table, undefined when it was never committed. @throws LakeError LK6xxx on a torn or newer state file. */
  head(table: TableId): Promise<TableHead | undefined>;
  at(table: TableId, version: number): Promise<TableHead>;
  /** Newest version of a view, undefined when there is none, or when a table took its place. @throws LakeError LK6021, LK6022 */
  view(table: TableId): Promise<ViewHead | undefined>;
  /** @throws LakeError LK6024 when there is no such version. */
  viewAt(table: TableId, version: number): Promise<ViewHead>;
  /** Publishes a version of a view by put-if-absent. @throws LakeError LK6030 (transient) when another writer got there first. */
  publishView(request: ViewRequest): Promise<ViewHead>;
  /** Every table of the lake. */
  tables(): Promise<readonly TableId[]>;
  /** A new empty folder for files of the table that are not published yet, invisible to readers; absolute path. */
  stage(table: TableId, run: string): Promise<string>;
  /** The same for one Parquet file: absolute path, nothing is there. */
  stageFile(table: TableId, run: string): Promise<string>;
  /** Publishes one version by put-if-absent. @throws LakeError LK6xxx when another writer got there first. */
  commit(request: CommitRequest): Promise<TableHead>;
  /**
   * Writes checkpoints of tables that are due for one, and cleans up their logs. What cannot be written is left to the next
   * run: nothing but time hangs on it.
   * @param heads As `commit` returned them.
   * @returns What could not be written, in sentences.
   */
  checkpoint(heads: readonly TableHead[], run: string, sql: Engine['sql']): Promise<readonly string[]>;
  newestSet(): Promise<RunSet | undefined>;
  /**
   * Overlays the newest set with a run's own commits and test records.
   * @param sql Makes `lake.duckdb` of a lake on this machine, where its views are others than before.
   */
  publishSet(
    run: string,
    tables: Readonly<Record<TableId, number>>,
    tests: Readonly<Record<string, TestRecord>>,
    views?: Readonly<Record<TableId, number>>,
    sql?: Engine['sql'],
  ): Promise<RunSet>;
  /** Publishes the newest set without these tables and views: see `sets/drop-tables.ts`. */
  publishSetWithout(run: string, names: readonly TableId[]): Promise<RunSet>;
  /** Files of a version that are missing in the lake, or not as long as they were written. */
  lostFiles(state: TableState): Promise<readonly DataFile[]>;
  /** Writes what describes these versions of tables and readers need not have: a run was killed right after a commit. */
  describe(heads: readonly TableHead[]): Promise<void>;
  /** Writes what belongs to the newest set and is not there: a run was killed right after publishing it. */
  completeSet(set: RunSet, sql?: Engine['sql']): Promise<void>;
  recordAttempt(attempt: Attempt): Promise<void>;
  /** Keeps what a load fetched. */
  recordPages(pages: LoadPages): Promise<void>;
  /** Keeps that a run was. */
  recordRun(record: RunRecord): Promise<void>;
  attempts(limit?: number): Promise<readonly Attempt[]>;
  /** Absolute path of a table's data file, for the engine. */
  filePath(table: TableId, file: string): string;
  /** Removes the staging folders of a run. */
  unstage(run: string): Promise<void>;
}
