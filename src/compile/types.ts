/**
 * The value that `compile` hands on: every node of the project with its SQL, and the edges between them.
 * SQL holds logical names only (`"silver"."shootings"`), never paths, targets or versions.
 */
import type { SourceSpan } from '../errors/diagnostic.js';
import type {
  Constraint,
  Dataset,
  Json,
  ModelVersion,
  Portal,
  PublishSpec,
  RunHook,
  Severity,
} from '../project/types.js';
import type { RunStamp } from './run-stamp.js';

export interface CompileOptions {
  /** Environment that `{{env 'LAKE_X'}}` reads; the process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What `{{run_started_at}}` and `{{invocation_id}}` print; a new one by default. */
  readonly stamp?: RunStamp;
  /** A question to compile beside the project: `select * from {{ref 'x'}}`. */
  readonly inline?: string;
  /** Where the project lies, absolute: no file is read there, paths in it are compared. */
  readonly root?: string;
}

/** A question of the command line as SQL over logical names. */
export interface InlineQuery {
  readonly sql: string;
  readonly origins: readonly SqlOrigin[];
  /** Every node that it reads; sorted. */
  readonly dependsOn: readonly NodeId[];
}

/** `bronze.shootings`, `silver.shootings`, `gold.incidents_by_cell`. */
export type NodeId = string;

/** One candidate of a `from:` list: a portal column, and what to take out of it. */
export interface ColumnSource {
  /** As written, such as `geometry.x`; tried exactly, as a whole column name, before `column` + `path`. */
  readonly written: string;
  /** The column that a path starts from: `geometry`. Equal to `written` where there is no path. */
  readonly column: string;
  /** Steps after the column: `['id']`, `[0]`, `['x']`. Empty for a plain column. */
  readonly path: readonly (string | number)[];
  /** Exact names only: `:id`, `_id`, `_year`. Others also match without case, blanks, `_` and punctuation. */
  readonly exact: boolean;
}

/** A column that `bronze.x` shows to SQL: bound part by part to the first source that is present, else NULL. */
export interface BoundColumn {
  readonly name: string;
  readonly sources: readonly ColumnSource[];
  /** The first field that reads the column: where a mistake in binding it is reported. */
  readonly at?: SourceSpan;
}

/**
 * Where a piece of rendered SQL came from. Pieces stand in order, and each reaches to the next; all counts start at 1.
 * A verbatim piece stands in the file letter by letter; any other came out of the tag at `line:col`.
 */
export interface SqlOrigin {
  readonly outLine: number;
  readonly outCol: number;
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly verbatim: boolean;
  /** Of a macro's text: where the macro is called, innermost first. */
  readonly calledFrom?: readonly string[];
}

interface NodeBase {
  readonly id: NodeId;
  readonly name: string;
  readonly layer: string;
  /** File that defines it, relative to the project root. */
  readonly path: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Nodes that must be built before; sorted. */
  readonly dependsOn: readonly NodeId[];
}

export interface BronzeNode extends NodeBase {
  readonly kind: 'bronze';
  readonly dataset: Dataset;
  /** Columns bound for silver (declared `from:` names); undefined when the manifest has no `fields`. */
  readonly binds?: readonly BoundColumn[];
  /** `for_each`: the parent's silver node and the fields of it that the templates use. */
  readonly parent?: { readonly node: NodeId; readonly fields: readonly string[]; readonly where?: string };
  /** Hash of all of the manifest that decides what is requested and how it is decoded. */
  readonly sourceHash: string;
}

export interface OutputColumn {
  readonly name: string;
  /** DuckDB type as declared: `DATE`, `DECIMAL(10,2)`, `VARCHAR[]`. Empty when only the engine will know. */
  readonly type: string;
  readonly description?: string;
  /** Where YAML names it. */
  readonly at?: SourceSpan;
}

export interface SilverNode extends NodeBase {
  readonly kind: 'silver';
  readonly dataset: Dataset;
  /** False for `models/silver/<dataset>.sql`. */
  readonly generated: boolean;
  /**
   * Generated: one SELECT over `"bronze"."x"` that yields every current row with the typed fields, then where it came
   * from (`_load_id, _loaded_at, _source_part, _row, _row_id, _cursor, _load_order, _part_order`) and what is wrong with
   * it (`_errors, _nullified, _failures`: text, each `field: breach` joined by `; `, '' when fine).
   * Hand-written: the user's SELECT as it is.
   */
  readonly sql: string;
  /** Maps a place in `sql` to the user's file, see `locate`. */
  readonly origins?: readonly SqlOrigin[];
  readonly columns: readonly OutputColumn[];
  readonly key?: readonly string[];
  readonly volatile: readonly string[];
  readonly partitionBy: readonly string[];
  /** Hash of everything that decides the rows beside the inputs' data. */
  readonly definitionHash: string;
}

export type BatchSize = 'hour' | 'day' | 'month' | 'year';

/** How an incremental model takes in new rows. */
export interface IncrementalSpec {
  readonly strategy: 'append' | 'merge' | 'delete+insert' | 'insert_overwrite' | 'microbatch';
  /** Columns that identify a row, each once; empty for none. */
  readonly uniqueKey: readonly string[];
  /** SQL conditions on the rows that new ones may replace, over DBT_INTERNAL_DEST and DBT_INTERNAL_SOURCE. */
  readonly predicates: readonly string[];
  /** Merge: only these columns of a known row change, or all but these. */
  readonly mergeUpdateColumns?: readonly string[];
  readonly mergeExcludeColumns?: readonly string[];
  readonly onSchemaChange: 'ignore' | 'fail' | 'append_new_columns' | 'sync_all_columns';
  /** `full_refresh`: always, or never whatever the command line says. */
  readonly fullRefresh?: boolean;
  /** insert_overwrite: columns whose partitions are replaced. */
  readonly overwrites: readonly string[];
  /** microbatch. */
  readonly batches?: {
    /** Column with the time of an event. */
    readonly eventTime: string;
    /** ISO 8601, UTC where no zone is written: nothing is older. */
    readonly begin: string;
    readonly size: BatchSize;
    /** Finished batches before the newest that are built again. */
    readonly lookback: number;
  };
}

/** A statement that runs with a node. */
export interface HookSql {
  /** `post_hook 2`, for messages. */
  readonly name: string;
  readonly sql: string;
  readonly at: SourceSpan;
  /** Nodes that it reads. */
  readonly reads: readonly NodeId[];
}

/** One key of `sort_by`. */
export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** What happens before the first node or after the last. */
export type RunHookNode =
  | { readonly kind: 'sql'; readonly sql: string; readonly at: SourceSpan; readonly reads: readonly NodeId[] }
  | Exclude<RunHook, { readonly kind: 'sql' }>;

/** What an enforced contract says. */
export interface ContractSpec {
  /** In the order that the table has; types as declared. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly at: SourceSpan }[];
  readonly constraints: readonly (Omit<Constraint, 'to'> & { readonly to?: NodeId })[];
}

export interface ModelNode extends NodeBase {
  readonly kind: 'model';
  readonly materialized: 'table' | 'view' | 'incremental' | 'ephemeral' | 'snapshot' | 'seed';
  /** Of an incremental model: that of a full build. */
  readonly sql: string;
  readonly origins?: readonly SqlOrigin[];
  /** The rendition in which `is_incremental` is true; left out where the text never asks. */
  readonly incremental?: { readonly sql: string; readonly origins: readonly SqlOrigin[] };
  /** Incremental models only. */
  readonly incrementalSpec?: IncrementalSpec;
  readonly columns: readonly OutputColumn[];
  readonly partitionBy: readonly string[];
  /** The order of the rows in each file; left out where none is asked for. */
  readonly sortBy?: readonly SortKey[];
  readonly config: Readonly<Record<string, Json>>;
  /** Where the file or its properties set a key of it; folders' settings have no place here. */
  readonly configAt?: Readonly<Record<string, SourceSpan>>;
  readonly hooks?: { readonly pre: readonly HookSql[]; readonly post: readonly HookSql[] };
  readonly contract?: ContractSpec;
  readonly version?: ModelVersion;
  readonly group?: string;
  /** Who may ref it: `protected` where nothing is said. */
  readonly access?: 'private' | 'protected' | 'public';
  readonly definitionHash: string;
  /** True where the SQL names `now()`, `current_date`, `random()` and config has no `reuse: true`. */
  readonly neverReuse: boolean;
  /** `materialized: seed`, whose `sql` is empty. */
  readonly seed?: SeedSpec;
  /** `materialized: snapshot`, whose `sql` yields what is recorded. */
  readonly snapshot?: SnapshotSpec;
}

/** A CSV file of the project, and how it is read. */
export interface SeedSpec {
  /** Relative to the project root. */
  readonly path: string;
  readonly sha256: string;
  readonly delimiter: string;
  readonly quote: string;
  /** Column → DuckDB type; the others are found from all of their values. */
  readonly columnTypes: Readonly<Record<string, string>>;
}

/** How a snapshot notices changes and writes them down. */
export interface SnapshotSpec {
  readonly uniqueKey: readonly string[];
  readonly strategy: 'timestamp' | 'check';
  /** The column that grows with every change. `check` takes the time of the run without it. */
  readonly updatedAt?: string;
  /** `check`: the compared columns; undefined compares all. */
  readonly checkColumns?: readonly string[];
  readonly hardDeletes: 'ignore' | 'invalidate' | 'new_record';
  /** SQL for `dbt_valid_to` of rows that are current; NULL without it. */
  readonly validToCurrent?: string;
  /** dbt's column → the name it has in this snapshot. */
  readonly names: Readonly<
    Record<'dbt_scd_id' | 'dbt_updated_at' | 'dbt_valid_from' | 'dbt_valid_to' | 'dbt_is_deleted', string>
  >;
}

/** A use of the tables outside of the project: a dashboard, a notebook. */
export interface ExposureNode {
  /** `exposure.weekly_report`. */
  readonly id: string;
  readonly name: string;
  readonly label?: string;
  readonly type: string;
  readonly description?: string;
  readonly url?: string;
  readonly maturity?: 'high' | 'medium' | 'low';
  readonly owner?: { readonly name?: string; readonly email?: string };
  readonly meta?: Readonly<Record<string, Json>>;
  readonly tags: readonly string[];
  readonly dependsOn: readonly NodeId[];
  readonly path: string;
}

/** One entry of `publish:`: where else the rows of a table go. */
export interface PublicationNode {
  /** `warehouse/requests`: target and name there; unique in the project. */
  readonly id: string;
  /** Whose table it is. */
  readonly node: NodeId;
  /** The publish target: one that the active output declares. */
  readonly to: string;
  readonly spec: PublishSpec;
  /** Columns that identify a row there; empty where none do. */
  readonly key: readonly string[];
  /** Hash of all that decides what the target has, beside the rows. */
  readonly definitionHash: string;
  readonly at: SourceSpan;
}

/** An entry whose target the active output does not declare. */
export interface SkippedPublication {
  readonly node: NodeId;
  readonly to: string;
  readonly at: SourceSpan;
}

export type GraphNode = BronzeNode | SilverNode | ModelNode;

/** A data test: a SELECT whose rows are failures. */
export interface TestNode {
  /** `not_null(gold.x.cell)`, `tests/data/no_future.sql`; unique in the project. */
  readonly id: string;
  readonly kind: 'generic' | 'singular';
  /** The node that it audits before publishing. */
  readonly owner: NodeId;
  /** Every relation that the SQL reads, owner included. */
  readonly dependsOn: readonly NodeId[];
  readonly sql: string;
  /** Empty for lake's generic tests: `at` is their place. */
  readonly origins?: readonly SqlOrigin[];
  /** Of a generic test its own name, `unique`; of a singular test its file's, without the ending. */
  readonly name: string;
  /** Of a generic test the `name` that YAML gives it, to be selected by. */
  readonly givenName?: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly meta?: Readonly<Record<string, Json>>;
  readonly severity: Severity;
  /** Most failing rows that count. */
  readonly limit?: number;
  /** `> 10`: what the number of failures must be for a warning, and for an error; not 0 by default. */
  readonly warnIf?: string;
  readonly errorIf?: string;
  /** SQL aggregate over the failing rows that counts them; `count(*)` by default. */
  readonly failCalc?: string;
  /** True: all failing rows are kept; false: none; undefined: the first ones. */
  readonly storeFailures?: boolean;
  /**
   * How it is asked together with other tests over the same rows: `failing` is an aggregate over `from` that is above 0
   * exactly when `sql` returns a row.
   */
  readonly scan?: { readonly from: string; readonly failing: string };
  /** True where the SQL reads the clock or chance: a record of yesterday says nothing of today. */
  readonly neverReuse?: boolean;
  readonly column?: string;
  /** Columns of other nodes that its arguments name: `field` of `relationships`. */
  readonly uses?: readonly { readonly node: NodeId; readonly column: string }[];
  readonly definitionHash: string;
  readonly at: SourceSpan;
}

/** What a unit test binds under the name of an input. */
export interface GivenInput {
  /** The tested node itself: its rows of before, for an incremental rendition. */
  readonly input: NodeId;
  readonly rows?: readonly Readonly<Record<string, Json>>[];
  /** A SELECT instead of rows; neither of them: the input's own rows, which a seed has. */
  readonly sql?: string;
  /** Where each column is first named. */
  readonly columns?: Readonly<Record<string, SourceSpan>>;
  /** Where each row stands, as far as that is known. */
  readonly rowsAt?: readonly SourceSpan[];
  readonly at?: SourceSpan;
}

export interface UnitTestNode {
  /** `shootings::four_spellings_of_one_day`. */
  readonly id: string;
  readonly node: NodeId;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly meta?: Readonly<Record<string, Json>>;
  /** Relations that its SQL reads, beside the node's own rows. */
  readonly reads: readonly NodeId[];
  readonly given: readonly GivenInput[];
  readonly expect: readonly Readonly<Record<string, Json>>[];
  /** A SELECT that yields the expected rows, instead of `expect`. */
  readonly expectSql?: string;
  /** Where each expected column is first named. */
  readonly expectColumns?: Readonly<Record<string, SourceSpan>>;
  readonly expectRowsAt?: readonly SourceSpan[];
  readonly quarantined?: number;
  /** The node's SQL, rendered again where the test overrides something. */
  readonly sql: string;
  readonly origins?: readonly SqlOrigin[];
  /** `create macro` statements instead of the project's, where the test overrides one. */
  readonly sqlMacros?: readonly string[];
  readonly definitionHash: string;
  readonly at: SourceSpan;
}

/** Something in the project that is checked and kept but has no effect yet. */
export interface Dormant {
  readonly what: string;
  readonly count: number;
  readonly example: SourceSpan;
  /** Names of the datasets and models that say it; left out: the project as a whole does. */
  readonly of?: readonly string[];
}

/** A file of `macros/*.sql`, rendered. */
export interface MacroFile {
  readonly path: string;
  readonly sql: string;
  readonly origins: readonly SqlOrigin[];
}

/** SQL as it was rendered, to be parsed: of a project with mistakes what has none itself. */
export type RenderedSql = Pick<Graph, 'nodes' | 'tests' | 'unitTests' | 'macroFiles'>;

export interface Graph {
  readonly project: { readonly name: string; readonly version: string };
  readonly vars: Readonly<Record<string, Json>>;
  readonly portals: Readonly<Record<string, Portal>>;
  readonly allowedHosts: readonly string[];
  /** In an order in which every node stands after what it depends on. */
  readonly nodes: readonly GraphNode[];
  readonly tests: readonly TestNode[];
  readonly unitTests: readonly UnitTestNode[];
  /** `create macro` statements of `macros/*.sql`, run in this order in every task's catalog. */
  readonly sqlMacros: readonly string[];
  /** The files that they stand in. */
  readonly macroFiles: readonly MacroFile[];
  readonly dormant: readonly Dormant[];
  /** Left out where there are none. */
  readonly publications?: readonly PublicationNode[];
  /** Left out where there are none. */
  readonly skippedPublications?: readonly SkippedPublication[];
  /** Left out where there are none. */
  readonly exposures?: readonly ExposureNode[];
  /** Left out where there are none. */
  readonly runHooks?: { readonly start: readonly RunHookNode[]; readonly end: readonly RunHookNode[] };
}
