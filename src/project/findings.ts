import type { Diagnostic, SourceSpan } from '../errors/diagnostic.js';

export interface FindingOptions {
  readonly expected?: string;
  readonly hint?: string;
  readonly severity?: Diagnostic['severity'];
}

/** Where one load collects the mistakes that it finds. */
export class Findings {
  readonly #diagnostics: Diagnostic[] = [];

  add(code: string, at: SourceSpan | undefined, message: string, options: FindingOptions = {}): void {
    const { expected, hint, severity = 'error' } = options;
    this.#diagnostics.push({
      code,
      severity,
      message,
      ...(at ? { at } : {}),
      ...(expected === undefined ? {} : { expected }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  addAll(diagnostics: readonly Diagnostic[]): void {
    this.#diagnostics.push(...diagnostics);
  }

  all(): readonly Diagnostic[] {
    return this.#diagnostics;
  }
}
