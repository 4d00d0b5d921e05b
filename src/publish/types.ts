/** What publishing hands to the kinds of targets, and what they give back. */
import type { PublicationNode } from '../compile/types.js';
import type { Engine } from '../engine/types.js';
import type { LakeError } from '../errors/lake-error.js';
import type { Held } from '../lakehouse/bookmarks/bookmarks.js';
import type { Lake, TableHead } from '../lakehouse/types.js';
import type { PublishTarget } from '../project/publish-types.js';

export interface PublishedColumn {
  readonly name: string;
  /** DuckDB's, as it is published in the lake: `VARCHAR`, `DECIMAL(10,2)`, `TIMESTAMP WITH TIME ZONE`, `VARCHAR[]`. */
  readonly type: string;
  readonly description?: string;
}

/** One table that goes to one target. */
export interface PublishTask<Target extends PublishTarget = PublishTarget> {
  readonly publication: PublicationNode;
  readonly target: Target;
  /** Values that stand nowhere else: `dsn`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The version that is published: that of the newest set. */
  readonly table: TableHead;
  /** Of the table. */
  readonly description?: string;
  /** Columns that are published, in order; lake's own (`_load_id`) only where `columns:` names them. */
  readonly columns: readonly PublishedColumn[];
  /** What the target has, as far as the lake knows; undefined before the first time, and with `--full-refresh`. */
  readonly held?: Held;
  readonly lake: Lake;
  readonly engine: Engine;
  /** `create macro` statements of the project. */
  readonly macros: readonly string[];
  /** Absolute. */
  readonly root: string;
  /** A folder of this task's own, absolute and inside the project; it is there, and taken away afterwards. */
  readonly scratch: string;
  readonly run: string;
  /** When the run began. */
  readonly startedAt: Date;
  readonly fullRefresh: boolean;
  /** Aborted: what has begun at the target is rolled back. */
  readonly signal: AbortSignal;
  /**
   * To be awaited before anything at the target can become visible: from then on the lake keeps the new version too, whatever
   * happens to this process.
   */
  readonly hold: () => Promise<void>;
}

/** What is there once a task is done. */
export interface Published {
  /** `unchanged`: the target had these rows, and was left as it was. */
  readonly status: 'success' | 'unchanged';
  /** Rows that the target has. */
  readonly rows: number;
  /** Where only differences were written: rows that were new, changed and removed there. */
  readonly added?: number;
  readonly changed?: number;
  readonly removed?: number;
  /** Written, in files. */
  readonly bytes?: number;
  /** Where it lies, for people: `public.requests`, `s3://bucket/x.csv`; no secrets. */
  readonly place: string;
  /** Sentences that a person should read although all is well. */
  readonly notes: readonly string[];
}

/** @throws LakeError LK80xx; `transient` where trying again may do. */
export type Publish<Target extends PublishTarget = PublishTarget> = (
  task: PublishTask<Target>,
) => Promise<Published>;

/**
 * Tables that go to one target together, as into one file that is replaced whole: all that are due at a target are handed on at
 * once. The answer has an entry for each task, in their order: what is there now, or why it is not.
 */
export type PublishTogether<Target extends PublishTarget = PublishTarget> = (
  tasks: readonly PublishTask<Target>[],
) => Promise<readonly (Published | LakeError)[]>;
