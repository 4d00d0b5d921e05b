import pc from 'picocolors';
import { errorInfo, ProjectError } from './lake-error.js';
import { printable } from './printable.js';
import { type RenderOptions, renderDiagnostics } from './render-diagnostics.js';
import type { SourceTexts } from './source-texts.js';

export interface RenderErrorOptions extends RenderOptions {
  /** For the code frames of a `ProjectError`. */
  readonly sources?: SourceTexts;
}

/**
 * Anything thrown, as text: code and sentence, then the hint. A `ProjectError` shows its diagnostics and ends with
 * their number. Never a stack trace; no newline at the end.
 */
export function renderError(error: unknown, options: RenderErrorOptions = {}): string {
  const paint = pc.createColors(options.color ?? false);
  const { code, hint, ...info } = errorInfo(error);
  const showsAll = error instanceof ProjectError && error.diagnostics.length > 0;
  const message = showsAll ? error.summary : info.message;
  const lines = [`${paint.red(code)} ${printable(message)}`];
  if (hint !== undefined) lines.push(`  ${paint.cyan('hint:')} ${printable(hint)}`);
  if (!showsAll) return lines.join('\n');
  return `${renderDiagnostics(error.diagnostics, options.sources ?? {}, options)}\n\n${lines.join('\n')}`;
}
