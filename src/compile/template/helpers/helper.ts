/** What a helper is: a name that a template calls, with its arguments checked before it runs. */
import type { Code } from '../../../errors/codes.js';
import type { SourceSpan } from '../../../errors/diagnostic.js';
import type { Json } from '../../../project/types.js';
import type { Names } from '../../names.js';
import type { NodeId } from '../../types.js';

/** What one rendering of one file may read, and what it has asked for. */
export interface Rendition {
  /** Which helpers make sense: a macro file has no relation of its own, a test no configuration but its severity. */
  readonly of: 'model' | 'test' | 'macro';
  /** The node's own id, for `{{self}}`. */
  readonly self?: NodeId;
  readonly names: Names;
  readonly vars: Readonly<Record<string, Json>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `(is_incremental)` answers. */
  readonly incremental: boolean;
  readonly asked: Asked;
}

/** Collected while rendering. */
export interface Asked {
  /** In the order of the text; a name may come more than once. */
  readonly refs: { readonly id: NodeId; readonly at: SourceSpan }[];
  readonly config: Map<string, { readonly value: Json; readonly at: SourceSpan }>;
  incremental: boolean;
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
  call(call: HelperCall): Json | undefined;
}
