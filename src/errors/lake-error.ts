import type { Diagnostic } from './diagnostic.js';

export interface LakeErrorOptions {
  /** What to do next, as one sentence or command. */
  readonly hint?: string;
  /** True where the same run may succeed later without any change (refused connection, 503, busy lock). */
  readonly transient?: boolean;
  /** Extra facts that a program may want: url, counts, paths. Must be serialisable, must hold no secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Anything that stops one piece of work: a code from `codes.ts`, one sentence, and what to do. */
export class LakeError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly transient: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: LakeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LakeError';
    this.code = code;
    this.hint = options.hint;
    this.transient = options.transient ?? false;
    this.details = options.details ?? {};
  }
}

/** The project cannot be used: carries every diagnostic that load or compile found. Exit code 2. */
export class ProjectError extends LakeError {
  readonly diagnostics: readonly Diagnostic[];
  readonly #summary: string;

  /** @param of where the mistakes are: the project, or a file that is read apart from it. */
  constructor(
    diagnostics: readonly Diagnostic[],
    { code, where }: { readonly code: string; readonly where: string } = {
      code: 'LK1000',
      where: 'the project',
    },
  ) {
    const errors = diagnostics.filter((d) => d.severity === 'error').length;
    const summary = `${errors} ${errors === 1 ? 'mistake' : 'mistakes'} in ${where}`;
    super(code, summary);
    this.name = 'ProjectError';
    this.diagnostics = diagnostics;
    this.#summary = summary;
  }

  /** How many mistakes there are, for where all of them are shown besides. */
  get summary(): string {
    return this.#summary;
  }
}

/** A serialisable copy of an error, for messages between processes, events and `run_results.json`. */
export interface ErrorInfo {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly transient: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Any thrown value as plain data; what is no LakeError is LK9000. Cause and stack are left out. */
export function errorInfo(error: unknown): ErrorInfo {
  if (error instanceof LakeError) {
    return {
      code: error.code,
      message: error.message,
      hint: error.hint,
      transient: error.transient,
      details: error.details,
    };
  }
  return {
    code: 'LK9000',
    message: error instanceof Error ? error.message : String(error),
    transient: false,
  };
}

/** The way back from `errorInfo`, in another process. */
export function fromErrorInfo(info: ErrorInfo): LakeError {
  return new LakeError(info.code, info.message, {
    hint: info.hint,
    transient: info.transient,
    details: info.details,
  });
}
