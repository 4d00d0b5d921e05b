/** What the kinds of database files have in common: a copy of the file, in which tables are replaced one by one. */
import type { PublishTarget } from '../../project/publish-types.js';
import type { PublishTask } from '../types.js';

export type DatabaseTarget = Extract<PublishTarget, { type: 'duckdb' | 'sqlite' }>;
export type DatabaseTask = PublishTask<DatabaseTarget>;

/** The table in the file that says what lake has put there: one row for each table. */
export const LOADS = 'lake_loads';

/** Columns of `lake_loads`, in their order. */
export const LOAD_COLUMNS = [
  'table_name',
  'publication',
  'lake_table',
  'version',
  'data_version',
  'run',
  'published_at',
  'rows',
  'table_id',
  'definition',
] as const;

export type LoadRow = Readonly<Record<(typeof LOAD_COLUMNS)[number], string | number>>;

/** Those that are numbers. */
export const LOAD_NUMBERS: readonly string[] = ['version', 'data_version', 'rows'];

/** What the file says of its tables. */
export interface Inside {
  /** Names of all tables and views. */
  readonly tables: readonly string[];
  /** What is said of tables that are there. */
  readonly loads: readonly LoadRow[];
}

export interface PutTable {
  readonly rows: number;
  readonly notes: readonly string[];
}

/** An open copy that nobody else knows of. */
export interface DatabaseFile {
  inside(): Promise<Inside>;
  /** Replaces the table with the task's rows, together with what `lake_loads` says of it. @param load Gives that row. */
  put(task: DatabaseTask, table: string, load: (rows: number) => LoadRow): Promise<PutTable>;
  /** All is in the one file then. */
  close(): Promise<void>;
}
