/**
 * The value that `load` hands on: the project's files as typed, checked, plain data. Folder-level configuration,
 * defaults and `{{env}}`/`{{var}}` in scalars are already applied; nothing here knows about the network or a lake.
 */
import type { SourceSpan } from '../errors/diagnostic.js';
import type { LakeLocation } from './lake-location.js';
import type { PublishTarget } from './publish-types.js';

export type * from './lake-location.js';
export type * from './publish-types.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A field's type, as written: `varchar`, `decimal(10,2)`, `list<integer>`. Lower case, no blanks. */
export type FieldType = string;
export type OnInvalid = 'quarantine' | 'nullify' | 'fail';
export type Severity = 'error' | 'warn';

/** A length of time: `120 days` is {count: 120, unit: 'day'}. */
export interface Duration {
  readonly count: number;
  readonly unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
}

/** Settings of a data test in dbt's words; what is left out is said by a folder of project.yml, by the test's own file, or by nobody. */
export interface TestSettings {
  readonly severity?: Severity;
  /** SQL condition: only rows for which it is true are tested. */
  readonly where?: string;
  /** Most failing rows that count. */
  readonly limit?: number;
  /** `> 10`: what the number of failures must be for a warning, and for an error. Not 0 by default. */
  readonly warnIf?: string;
  readonly errorIf?: string;
  /** SQL aggregate over the failing rows that counts the failures. */
  readonly failCalc?: string;
  /** Whether all failing rows are kept, or none; the first ones where nothing is said. */
  readonly storeFailures?: boolean;
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, Json>>;
  readonly enabled?: boolean;
}

export interface TestConfig extends TestSettings {
  /** As written: `not_null`, `dbt_utils.accepted_range`, or a test of the project's own. */
  readonly test: string;
  readonly arguments: Readonly<Record<string, Json>>;
  readonly name?: string;
  readonly description?: string;
  readonly at: SourceSpan;
  /** Where each key of the entry and its value stand, where it has keys. */
  readonly spans?: Readonly<Record<string, { readonly key: SourceSpan; readonly value: SourceSpan }>>;
}

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Portal columns or paths; the first one present in a load is read. At least one unless `coalesce` or `sql` over fields. */
  readonly from: readonly string[];
  /** True when the manifest names `from:`; false when it is the field's own name, matched loosely. */
  readonly fromDeclared: boolean;
  /** Portal columns; the first value not null in the row is read. Excludes `from`. */
  readonly coalesce?: readonly string[];
  readonly trim: boolean;
  readonly nullIf: readonly string[];
  /** Tried in order, each value for itself: `iso`, `epoch_ms`, `epoch_s`, or a strptime pattern. */
  readonly format: readonly string[];
  readonly timezone: string;
  /** SQL over `value` (text after trim and null_if) or over the other fields. */
  readonly sql?: string;
  readonly default?: Json;
  readonly required: boolean;
  readonly range?: readonly [Json, Json];
  readonly values?: readonly Json[];
  readonly pattern?: string;
  readonly onInvalid: OnInvalid;
  readonly references?: { readonly dataset: string; readonly field?: string };
  readonly tests: readonly TestConfig[];
  readonly description?: string;
  readonly meta?: Readonly<Record<string, Json>>;
  readonly at: SourceSpan;
}

export interface ReadOptions {
  readonly sheet?: string;
  /** 1-based row that holds the column names. */
  readonly header?: number | 'none';
  readonly skipRows?: number;
  readonly footerRows?: number;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly quote?: string;
  readonly member?: string;
  readonly invalidBytes?: 'fail' | 'replace';
  readonly ragged?: 'fail' | 'fill';
  readonly repeatedHeader?: 'keep' | 'skip';
}

/** `pages:` of an HTTP source, with the defaults of its type. */
export interface PagesSpec {
  readonly type: 'next_link' | 'link_header' | 'page' | 'offset' | 'cursor';
  /** next_link, cursor: path in the body of the link or cursor. */
  readonly path?: string;
  /** page, offset, cursor: query parameter that carries it. */
  readonly param?: string;
  readonly sizeParam?: string;
  readonly size?: number;
  /** Number of the first page, or the first offset. */
  readonly first?: number;
  /** Path in the body of the number of all rows. */
  readonly total?: string;
  readonly maxPages?: number;
}

/** `source:` of a manifest, one shape for all portals; which keys are legal depends on the portal's type. */
export interface SourceSpec {
  // ckan
  readonly package?: string;
  readonly resource?: { readonly format?: readonly string[]; readonly name?: string; readonly id?: string };
  // socrata
  readonly id?: string;
  // http, github, and ckan's fallback
  readonly url?: string;
  readonly urls?: readonly string[];
  readonly files?: readonly string[];
  readonly records?: string;
  readonly pages?: PagesSpec;
  // several resources, one table
  readonly family?: {
    readonly variable: string;
    readonly members: Readonly<Record<string, string>>;
    readonly catalogue?: string;
  };
  readonly forEach?: { readonly dataset: string; readonly where?: string; readonly at: SourceSpan };
  readonly missing?: 'skip' | 'fail';
  readonly read?: ReadOptions;
  readonly explode?: { readonly path: string; readonly keepEmpty: boolean };
  readonly at: SourceSpan;
}

/**
 * Which known parts a portal is asked about. `missing`: none; `changed`: each, and what has not changed is not fetched; `all`: each, and
 * it is fetched whatever the portal says of it; else those that were not asked about for this time.
 */
export type FetchPolicy = 'missing' | 'changed' | 'all' | { readonly staleAfter: Duration };

export interface LoadSpec {
  readonly mode: 'replace' | 'append' | 'upsert';
  /** Portal column whose value grows with every change, such as `:updated_at`. */
  readonly cursor?: string;
  readonly lookback?: Duration;
  readonly sweep?: Duration;
  readonly deletes: 'hard' | 'soft';
  readonly keepLoads?: number;
  /** `changed` where left out. */
  readonly fetch?: FetchPolicy;
}

export interface DatasetUnitTest {
  readonly name: string;
  readonly given: readonly Readonly<Record<string, Json>>[];
  readonly expect: readonly Readonly<Record<string, Json>>[];
  readonly quarantined?: number;
  readonly at: SourceSpan;
}

export interface Dataset {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  /** Key of `Project.portals`; `http` without a declared portal has the name `http`. */
  readonly portal: string;
  readonly source: SourceSpec;
  readonly load: LoadSpec;
  /** Field names; undefined is `key: none`, a bag of rows. */
  readonly key?: readonly string[];
  readonly volatile: readonly string[];
  /** Undefined when the manifest has no `fields`: all columns as varchar under their own names. */
  readonly fields?: readonly Field[];
  readonly trim: boolean;
  readonly nullIf: readonly string[];
  readonly timezone: string;
  readonly contract: { readonly columns: 'evolve' | 'ignore' | 'freeze'; readonly values: OnInvalid };
  readonly partitionBy: readonly string[];
  /** Field with the time of an event: microbatch models read only its rows of their time. */
  readonly eventTime?: string;
  readonly freshness?: { readonly warnAfter?: Duration; readonly errorAfter?: Duration; readonly of: string };
  /** Shares from 0 to 1. `cap` lists further cap-shaped counts, or false switches the cap guard off. */
  readonly guards: {
    readonly maxRowDrop?: number;
    readonly maxNullRise?: number;
    /** By field, for those that have a share of their own. */
    readonly maxNullRiseOf?: Readonly<Record<string, number>>;
    readonly maxChanged?: number;
    readonly maxChangedOf?: Readonly<Record<string, number>>;
    readonly maxTypeFlip?: number;
    readonly maxTypeFlipOf?: Readonly<Record<string, number>>;
    readonly maxQuarantineRise?: number;
    readonly cap?: readonly number[] | false;
    readonly allowEmpty?: boolean;
  };
  readonly tests: readonly TestConfig[];
  readonly unitTests: readonly DatasetUnitTest[];
  /** Entries as written, checked: `publishSpec` of compile reads them. */
  readonly publish: readonly Readonly<Record<string, Json>>[];
  readonly tags: readonly string[];
  readonly owner?: string;
  readonly license?: string;
  readonly meta?: Readonly<Record<string, Json>>;
  readonly accounting: boolean;
  /** Manifest's file, relative to the project root, with `/`. */
  readonly path: string;
  readonly at: SourceSpan;
  /** Where each top-level key stands, for later diagnostics: {'load.sweep': span}. */
  readonly spans: Readonly<Record<string, SourceSpan>>;
}

export type PortalType = 'ckan' | 'socrata' | 'github' | 'http';

export interface Portal {
  readonly name: string;
  readonly type: PortalType;
  /** Origin and base path, without a trailing slash. GitHub: `https://raw.githubusercontent.com`. */
  readonly url: string;
  readonly repo?: string;
  readonly ref?: string;
  readonly timezone: string;
  readonly concurrency: number;
  /** Requests a second, undefined for no limit. */
  readonly rate?: number;
  /** Longest silence before or within an answer. */
  readonly timeout?: Duration;
  /** Largest body in bytes, unpacked. */
  readonly maxBytes?: number;
  /** CKAN: rows that the portal's loader writes at a time while it fills a table anew in the open. */
  readonly refreshBatch?: number;
  /** True when a non-empty token is configured; the value itself is only in `Project.secrets`. */
  readonly hasToken: boolean;
  readonly at: SourceSpan;
}

export interface Target {
  readonly name: string;
  readonly lake: LakeLocation;
  /** `sample`, or a folder of recorded files; undefined: the real portals. */
  readonly portal?: string;
  /** Beside `portal`: the profile's first target that asks the real ones. */
  readonly realTarget?: string;
  readonly threads?: number;
  readonly memoryLimit?: string;
  /** Folder that the engine spills to, relative to the project root or absolute. */
  readonly tempDirectory?: string;
  /** So many small files a table may have before a build compacts it; 0: never, left out: the usual number. */
  readonly autoCompact?: number;
  /** By name. */
  readonly publish: Readonly<Record<string, PublishTarget>>;
  /** Names of publish targets that other outputs of the profile declare, and this one does not. */
  readonly publishElsewhere?: readonly string[];
}

/** SQL that runs with a node or a run; a template as written. */
export interface Hook {
  readonly sql: string;
  readonly at: SourceSpan;
}

export interface Hooks {
  readonly pre: readonly Hook[];
  readonly post: readonly Hook[];
}

/** What must hold for a model's rows where its contract is enforced. */
export interface Constraint {
  readonly type: 'not_null' | 'unique' | 'primary_key' | 'foreign_key' | 'check';
  /** Of a column: that one. Empty for a check of the whole row. */
  readonly columns: readonly string[];
  readonly expression?: string;
  readonly name?: string;
  /** foreign_key: another node as written, and its columns. */
  readonly to?: string;
  readonly toColumns?: readonly string[];
  readonly at: SourceSpan;
}

export interface ColumnProperties {
  readonly name: string;
  readonly description?: string;
  /** SQL type as written. */
  readonly dataType?: string;
  readonly constraints?: readonly Constraint[];
  readonly tests: readonly TestConfig[];
  readonly meta?: Readonly<Record<string, Json>>;
  readonly at: SourceSpan;
}

/** Rows that a unit test gives or expects: as rows, or as a SELECT. */
export interface UnitRows {
  readonly rows?: readonly Readonly<Record<string, Json>>[];
  readonly sql?: string;
  /** Where the first row that has a column names it; empty for SQL. */
  readonly columns: Readonly<Record<string, SourceSpan>>;
  /** Of a list: where each row stands. */
  readonly rowsAt?: readonly SourceSpan[];
  readonly at: SourceSpan;
}

export interface ModelUnitTest {
  readonly name: string;
  readonly model: string;
  /** Which versions of the model it is for: those included, or all, without those excluded. */
  readonly versions?: {
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
    readonly at: SourceSpan;
  };
  readonly description?: string;
  readonly given: readonly {
    /** A name, or `this`: the model's own relation. */
    readonly input: string;
    /** Where the input is named. */
    readonly at: SourceSpan;
    /** Undefined: the seed's own. */
    readonly rows?: UnitRows;
  }[];
  readonly expect: UnitRows;
  readonly vars: Readonly<Record<string, Json>>;
  readonly envVars: Readonly<Record<string, string>>;
  /** What macros and helpers of these names answer. */
  readonly macros: Readonly<Record<string, Json>>;
  readonly tags: readonly string[];
  readonly meta?: Readonly<Record<string, Json>>;
  readonly at: SourceSpan;
}

export interface ModelVersion {
  /** The model's name without its version: a `ref` to it means the latest. */
  readonly of: string;
  readonly v: string;
  /** How it stands to the latest. */
  readonly stage: 'old' | 'latest' | 'prerelease';
  /** ISO date from which nothing should read it. */
  readonly deprecationDate?: string;
}

/** Models that belong together, and who answers for them. */
export interface Group {
  readonly name: string;
  readonly description?: string;
  readonly owner: { readonly name?: string; readonly email?: string };
  readonly at: SourceSpan;
}

/** What happens around a run: SQL, a command, or the results sent to an address, which is a secret: `Secrets.webhooks`. */
export type RunHook =
  | { readonly kind: 'sql'; readonly sql: string; readonly at: SourceSpan }
  | { readonly kind: 'command'; readonly command: string; readonly at: SourceSpan }
  | { readonly kind: 'webhook'; readonly host: string; readonly at: SourceSpan };

/** What a model, a seed and a snapshot have in common: a name, what YAML says about it, and its configuration. */
export interface DescribedNode {
  readonly name: string;
  /** Relative to the project root, with `/`. */
  readonly path: string;
  readonly description?: string;
  readonly columns: readonly ColumnProperties[];
  readonly tests: readonly TestConfig[];
  /** Merged project, folder and YAML configuration; of a model in-file `{{config}}` is added by compile and wins. */
  readonly config: Readonly<Record<string, Json>>;
  /** Where its properties set a key of its configuration. */
  readonly configAt?: Readonly<Record<string, SourceSpan>>;
  readonly tags: readonly string[];
  readonly hooks?: Hooks;
  readonly at: SourceSpan;
}

/** A SQL model file with what YAML says about it, before its template is rendered. */
export interface Model extends DescribedNode {
  /** First folder under `models/` when it is a layer, else `gold`; a `{{config layer=}}` may change it in compile. */
  readonly layer: string;
  readonly sql: string;
  /** Those of the whole table; columns have their own. */
  readonly constraints?: readonly Constraint[];
  /** One of several versions of a model; `name` is then `<of>_v<v>`. */
  readonly version?: ModelVersion;
  /** The properties file, when there is one. */
  readonly propertiesPath?: string;
}

/** A CSV file under seeds/, with what YAML says about it. */
export interface Seed extends DescribedNode {
  /** SHA-256 of the file's bytes, in hex. */
  readonly sha256: string;
}

/** A slowly changing dimension: how the rows of another relation looked over time. `path` is the YAML file that declares it. */
export interface Snapshot extends DescribedNode {
  /** Dataset, model or seed whose rows are recorded, as written. */
  readonly relation: string;
  /** Where `relation` stands. */
  readonly relationAt: SourceSpan;
}

export interface Macro {
  readonly name: string;
  readonly kind: 'partial' | 'sql';
  readonly path: string;
  readonly text: string;
}

export interface SingularTest {
  readonly name: string;
  readonly path: string;
  readonly sql: string;
}

/** Settings of `data_tests:` in project.yml for the tests of one folder and those in it. */
export interface TestDefaults {
  /** Path below models/, datasets/, seeds/, snapshots/ or tests/: `gold/toronto`; '' is all. */
  readonly folder: string;
  readonly settings: TestSettings;
}

export interface Exposure {
  readonly name: string;
  readonly label?: string;
  readonly type: string;
  readonly description?: string;
  readonly url?: string;
  readonly maturity?: 'high' | 'medium' | 'low';
  readonly owner?: Group['owner'];
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, Json>>;
  readonly dependsOn: readonly string[];
  readonly at: SourceSpan;
}

export interface Project {
  readonly name: string;
  readonly version: string;
  readonly vars: Readonly<Record<string, Json>>;
  readonly portals: Readonly<Record<string, Portal>>;
  readonly allowedHosts: readonly string[];
  readonly target: Target;
  readonly datasets: readonly Dataset[];
  readonly models: readonly Model[];
  readonly seeds: readonly Seed[];
  readonly snapshots: readonly Snapshot[];
  readonly unitTests: readonly ModelUnitTest[];
  readonly macros: readonly Macro[];
  readonly singularTests: readonly SingularTest[];
  /** `tests/generic/*.sql`: tests of the project's own, with arguments. */
  readonly genericTests?: readonly SingularTest[];
  /** Outermost folder first. */
  readonly testDefaults?: readonly TestDefaults[];
  readonly exposures: readonly Exposure[];
  readonly groups?: readonly Group[];
  readonly onRunStart?: readonly RunHook[];
  readonly onRunEnd?: readonly RunHook[];
  /**
   * Names of datasets and snapshots that have mistakes and are therefore not in `datasets` and `snapshots`: a name that
   * refers to one of them is no further mistake.
   */
  readonly broken?: readonly string[];
}

/** What is sent along with every request to these origins, and to no other; empty values are left out. */
export interface Credentials {
  /** Where the user wrote them, for messages: `auth:` in datasets/parks.yml. */
  readonly written: string;
  readonly origins: readonly string[];
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parameters that are put behind the address when it is sent: they stand in no plan, ledger or message. */
  readonly query: Readonly<Record<string, string>>;
}

/** What load returns beside the project; never serialised, logged or hashed. */
export interface Secrets {
  /** Portal name → token value. */
  readonly tokens: Readonly<Record<string, string>>;
  /** `auth` and `headers`: by portal, and by dataset, whose own come on top. */
  readonly credentials: {
    readonly portals: Readonly<Record<string, Credentials>>;
    readonly datasets: Readonly<Record<string, Credentials>>;
  };
  /** Publish target → the values of it that nobody sees: `dsn`, `token`. */
  readonly publish?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `webhook` of on_run_end → its address, by the place in the list. */
  readonly webhooks?: Readonly<Record<number, string>>;
  /** Every secret value, for redaction. */
  readonly values: readonly string[];
}
