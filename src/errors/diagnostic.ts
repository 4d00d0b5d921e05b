/**
 * A mistake in the user's files. Diagnostics are collected, never thrown one by one, so that one run
 * reports every mistake of a project.
 */

/** A place in a file of the project. `line` and `col` count from 1; `file` is relative to the project root. */
export interface SourceSpan {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  /** Column after the last character of the marked text, when it ends on the same line. */
  readonly endCol?: number;
  /** Of a place in a macro: where the macro is called, innermost first, each as `file:line:col`. */
  readonly calledFrom?: readonly string[];
}

/** ` (called from models/gold/x.sql:3:5)`, to stand behind a message; empty for a place in no macro. */
export function calledFrom(at: SourceSpan | undefined): string {
  return at?.calledFrom ? ` (called from ${at.calledFrom.join(', from ')})` : '';
}

export interface Diagnostic {
  /** One of the registry in `codes.ts`, such as `LK1003`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** One sentence, no full stop: what is wrong, in the user's words. */
  readonly message: string;
  readonly at?: SourceSpan;
  /** What would have been right: `a list of field names`. */
  readonly expected?: string;
  /** What to do: `Did you mean "shootings"?`. */
  readonly hint?: string;
}
