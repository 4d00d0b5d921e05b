import pc from 'picocolors';
import { codeFrame } from './code-frame.js';
import { calledFrom, type Diagnostic } from './diagnostic.js';
import { printable } from './printable.js';
import type { SourceTexts } from './source-texts.js';

export interface RenderOptions {
  readonly color?: boolean;
}

/**
 * Diagnostics as text, sorted by place: for each a first line `file:line:col code message` that editors' problem
 * matchers read, the line of the file with carets, what was expected and what to do. Empty for no diagnostics; no
 * newline at the end.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: SourceTexts,
  options: RenderOptions = {},
): string {
  return sortDiagnostics(diagnostics)
    .map((diagnostic) => renderOne(diagnostic, sources, options))
    .join('\n\n');
}

function renderOne(diagnostic: Diagnostic, sources: SourceTexts, { color = false }: RenderOptions): string {
  const paint = pc.createColors(color);
  const { at, code, severity, message, expected, hint } = diagnostic;
  const place = at ? `${paint.bold(`${printable(at.file)}:${at.line}:${at.col}`)} ` : '';
  const label = severity === 'warning' ? `${paint.yellow(code)} warning:` : paint.red(code);
  const lines = [`${place}${label} ${printable(`${message}${calledFrom(at)}`)}`];
  const frame = at && Object.hasOwn(sources, at.file) ? codeFrame(sources[at.file]!, at) : undefined;
  if (frame) {
    const margin = ' '.repeat(frame.number.length);
    const carets = severity === 'warning' ? paint.yellow(frame.carets) : paint.red(frame.carets);
    lines.push(
      `  ${paint.dim(`${frame.number} |`)} ${frame.line}`,
      `  ${paint.dim(`${margin} |`)} ${carets}`,
    );
  }
  if (expected !== undefined) lines.push(`  ${paint.dim('expected:')} ${printable(expected)}`);
  if (hint !== undefined) lines.push(`  ${paint.cyan('hint:')} ${printable(hint)}`);
  return lines.join('\n');
}

/** By file, line and column; those without a place first. Equal places keep their order. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((a, b) => {
    if (!a.at || !b.at) return Number(a.at !== undefined) - Number(b.at !== undefined);
    if (a.at.file !== b.at.file) return a.at.file < b.at.file ? -1 : 1;
    return a.at.line - b.at.line || a.at.col - b.at.col;
  });
}
