/** What a helper is: a name that a template calls, with its arguments checked before it runs. */
import type { Code } from '../../../errors/codes.js';
import type { SourceSpan } from '../../../errors/diagnostic.js';
import type { Json } from '../../../project/types.js';
import type { Names } from '../../names.js';
import type { RunStamp } from '../../run-stamp.js';
import type { NodeId } from '../../types.js';

/** A column that a manifest or a properties file declares. */
export interface DeclaredColumn {
  readonly name: string;
  /** As declared: `date`, `decimal(10,2)`; empty where nothing says it. */
  readonly type: string;
  readonly description: string;
  /** The values that it may have, where a rule or a test lists them. */
  readonly values?: readonly Json[];
}

/** What one rendering of one file may read, and what it has asked for. */
export interface Rendition {
  /**
   * Which helpers make sense: a macro file has no relation of its own, a test no configuration but its severity, a query
   * of the command line (`inline`) neither.
   */
  readonly of: 'model' | 'test' | 'macro' | 'inline';
  /** The node's own id, for `{{self}}`. */
  readonly self?: NodeId;
  readonly names: Names;
  readonly vars: Readonly<Record<string, Json>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `(is_incremental)` answers. */
  readonly incremental: boolean;
  /** What helpers and macros of these names answer instead, in a unit test. */
  readonly overrides?: Readonly<Record<string, Json>>;
  /** What `{{target.name}}` and its like print; no secrets. */
  readonly target: Readonly<Record<string, Json>>;
  /** What `{{run_started_at}}` and `{{invocation_id}}` print. */
  readonly stamp: RunStamp;
  /** Declared columns of a node in their order; empty where none are declared. */
  readonly columnsOf: (id: NodeId) => readonly DeclaredColumn[];
  readonly asked: Asked;
}

/** Collected while rendering. */
export interface Asked {
  /** In the order of the text; a name may come more than once. */
  readonly refs: { readonly id: NodeId; readonly at: SourceSpan }[];
  readonly config: Map<string, { readonly value: Json; readonly at: SourceSpan }>;
  incremental: boolean;
  /** Where the text first asks which run it is in: such SQL is another in every run. */
  stamped?: SourceSpan;
}

export interface HelperCall {
  readonly args: readonly Json[];
  readonly hash: Readonly<Record<string, Json>>;
  readonly rendition: Rendition;
  /** The whole tag. */
  readonly at: SourceSpan;
  readonly argAt: (index: number) => SourceSpan;
  readonly hashAt: (key: string) => SourceSpan;
  /** Reports a mistake; its answer stands for "no value, already reported". */
  readonly fail: (code: Code, message: string, hint?: string, at?: SourceSpan) => undefined;
}

export interface Helper {
  readonly name: string;
  /** How it is written, for messages. */
  readonly usage: string;
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number];
  /** True where `key=value` arguments are understood; the helper checks the keys. */
  readonly named: boolean;
  /** What it is for, in one or two sentences. */
  readonly summary: string;
  /** A piece of a template that uses it. */
  readonly example: string;
  /** True where a name that a macro was not given counts as null: `{{default res 8}}`. */
  readonly lenient?: boolean;
  /** Names of its arguments in order, of a macro of the library: a project's macro of that name gets them by name. */
  readonly parameters?: readonly string[];
  call(call: HelperCall): Json | undefined;
}
