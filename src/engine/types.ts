/** Messages to and from the engine's processes. No connection, no object with methods crosses this border. */
import type { ErrorInfo } from '../errors/lake-error.js';
import type { DecodeHint } from '../sources/types.js';

/** Part of a relation: some files of one layout, and the columns to take from them. */
export interface Scan {
  /** Absolute paths of Parquet files. Empty: no rows. */
  readonly files: readonly string[];
  /** Select list over the files' columns, already SQL; one expression per column of the relation, aliased. */
  readonly select: string;
  /** SQL condition over the files' columns. */
  readonly where?: string;
}

/** A logical name in a task's catalog, bound to exact files. Scans are joined by UNION ALL. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly scans: readonly Scan[];
  /** For relations without any file: the typed empty SELECT's columns. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Instead of files: literal rows (unit tests), each value cast to its column's type. */
  readonly rows?: readonly (readonly (string | null)[])[];
  /** Instead of files: a SELECT. */
  readonly view?: ViewSql;
  /** What views call it in `reads`; `schema.name` where left out. Two relations of a task have different keys. */
  readonly key?: string;
  /** Only views of the task read it: the task's own statements do not find it. */
  readonly hidden?: boolean;
  /** A view whose SQL does not bind is left out, as if it were not there; else it fails the task. */
  readonly optional?: boolean;
}

/**
 * SQL over other relations of the same task, under their schemas and names. It finds these and no others, and who reads the
 * view does not find them. Mistakes name the view: `details.view` holds `name`, and `line` and `col` in this text.
 */
export interface ViewSql {
  readonly sql: string;
  /** Keys of the relations that it reads. */
  readonly reads: readonly string[];
}

export interface Statement {
  readonly sql: string;
  /** `rows`: send the result back. `none`: only run it. */
  readonly collect: 'rows' | 'none';
  /** Refuse all but one SELECT or its relatives: the statement was typed by hand. */
  readonly question?: boolean;
  /** A few rows at most: it is run at once, which takes half of what a stream takes. */
  readonly small?: boolean;
  /** Most rows sent back; default 1,000. */
  readonly limit?: number;
  /**
   * Of a DESCRIBE: the statements after it run only where each column has a name of its own and one of these types (without
   * their arguments); else their results are left out.
   */
  readonly onlyTypes?: readonly string[];
}

/** One task: a catalog of its own, its relations, then its statements in order. */
export interface SqlTask {
  /** For messages and crash reports: the node's id. */
  readonly label: string;
  readonly relations: readonly Relation[];
  /** `create macro` statements of the project. */
  readonly macros: readonly string[];
  readonly statements: readonly Statement[];
  /**
   * Its statements are SELECTs, DESCRIBEs and COPYs that name its relations as `"schema"."name"` and leave nothing behind in
   * the catalog: over little data they run without one.
   */
  readonly plain?: boolean;
}

/** A question, refused like `Statement.question` where it is none, whose rows are sent as they are computed. */
export interface StreamTask extends Pick<SqlTask, 'label' | 'relations' | 'macros'> {
  readonly sql: string;
  /** `arrow`: Arrow record batches. `json`: rows as `ResultSet` has them. */
  readonly as: 'arrow' | 'json';
}

/** What is sent at a time. */
export type StreamPiece =
  /** Base64 of a piece of an Arrow IPC stream: the first one begins with the schema, each holds one record batch. */
  | { readonly as: 'arrow'; readonly ipc: string }
  | { readonly as: 'json'; readonly columns: readonly ColumnInfo[]; readonly rows: ResultSet['rows'] };

/** Questions about several tables, each of which is one scan of it, asked together. */
export interface ScanTask {
  readonly label: string;
  readonly macros: readonly string[];
  readonly scans: readonly {
    /** What this scan finds, and no other. */
    readonly relations: readonly Relation[];
    /** Behind FROM. */
    readonly from: string;
    /** Aggregates that are numbers. */
    readonly failing: readonly string[];
  }[];
}

/** The numbers of one scan, in the order of its aggregates; null where it must be asked otherwise, alone. */
export type ScanAnswer = readonly (number | null)[] | null;

/** Part of a task in several steps: what those before it made is still there. */
export interface SqlStep extends SqlTask {
  /** Name of the task, the same in all of its steps; relations and macros are those of the first. */
  readonly steps: string;
  readonly first: boolean;
}

export interface ColumnInfo {
  readonly name: string;
  /** DuckDB's type, such as `DECIMAL(10,2)`. */
  readonly type: string;
  /** Of a column about to be published: the type that its SQL yields, where tables cannot have that and it becomes another. */
  readonly castFrom?: string;
  /** Among its values were some that are stored as NULL: days or instants without end, texts that no partition can have. */
  readonly lost?: 'endless' | 'partition';
}

/** Values are JSON: bigint beyond 2^53, decimals, dates and timestamps as text. */
export interface ResultSet {
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly (readonly unknown[])[];
  /** True when `limit` cut rows off. */
  readonly truncated: boolean;
}

/** Fills one bronze file set from the spool files of parts that share one layout. */
export interface DecodeTask {
  readonly label: string;
  readonly parts: readonly {
    readonly partId: string;
    readonly label: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly decode: DecodeHint;
    /** Absolute spool paths in request order. */
    readonly files: readonly string[];
    /** What messages call each of `files`: a person knows the address, not the spool. Their own names where left out. */
    readonly names?: readonly string[];
  }[];
  readonly loadId: string;
  /** ISO 8601 UTC. */
  readonly loadedAt: string;
  /** Absolute folder for the Parquet files; exists and is empty. */
  readonly outDir: string;
}

export interface DecodedFile {
  /** Absolute path. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Ids of the parts whose rows are in the file. */
  readonly parts: readonly string[];
  /** Portal's columns in the file, in order, without the `_…` columns that lake adds. */
  readonly columns: readonly string[];
  /** As `COPY … RETURN_STATS` gives them: keys are quoted names (`"a""b"`), values text. */
  readonly columnStats: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface DecodeResult {
  readonly files: readonly DecodedFile[];
  readonly parts: readonly {
    readonly partId: string;
    readonly rows: number;
    readonly columns: readonly string[];
    readonly rowIdColumn?: string;
    /** Sentences about what was counted while it was read: characters replaced, rows filled, features without geometry. */
    readonly notes?: readonly string[];
  }[];
}

export interface EngineSettings {
  /** Of each process; default: as many as the machine runs at once. */
  readonly threads?: number;
  /**
   * Such as `4GB`: of the sql process, and of all decode tasks that run at once together. Default: 80 % of the machine's
   * memory for the sql process, and for each decode task.
   */
  readonly memoryLimit?: string;
  /** Absolute folder for spilling. */
  readonly tempDir: string;
  /** Absolute folders that SQL may read and write, whoever wrote it; left out: all that the user may. Decoding has its own. */
  readonly onlyFolders?: readonly string[];
}

export interface Engine {
  /**
   * @throws LakeError LK5xxx. A task during which the process died, or its memory was used up, is done again alone where others were in
   * flight as well: only the one whose fault it is fails.
   */
  sql(task: SqlTask): Promise<readonly ResultSet[]>;
  /**
   * One task in steps: each call of `run` sees what those before it made. Its relations hold no views. `work` may be called a second time,
   * as a task may be done again. After an error
   * nothing is left to go on with.
   * @throws LakeError as `sql`, and whatever `work` throws.
   */
  steps<Result>(
    task: Omit<SqlTask, 'statements'>,
    work: (run: (statements: readonly Statement[]) => Promise<readonly ResultSet[]>) => Promise<Result>,
  ): Promise<Result>;
  /**
   * The rows of a question, piece by piece: one is computed while the one before is used, and none beyond it. Nothing is left of
   * it once the iterator returns or throws. It shares the process with other tasks, and is not done again.
   * @param signal Aborted to stop what is being computed; the iterator throws its reason.
   * @throws LakeError as `sql`; LK7010 for what is no question, LK5020 for a column that Arrow batches cannot hold.
   */
  stream(task: StreamTask, signal?: AbortSignal): AsyncGenerator<StreamPiece, void, undefined>;
  /** An answer for each scan. Fails only when the process does. */
  scan(task: ScanTask): Promise<readonly ScanAnswer[]>;
  decode(task: DecodeTask): Promise<DecodeResult>;
  /** Parses statements without binding names; an error, or null, for each. `details` may hold `line` and `col`. */
  parse(statements: readonly string[]): Promise<readonly (ErrorInfo | null)[]>;
  /** True once a process was started: a run that finds nothing to do says so. */
  readonly started: boolean;
  close(): Promise<void>;
}
