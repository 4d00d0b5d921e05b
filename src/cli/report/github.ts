/**
 * Annotations of GitHub Actions, one line each on standard output. Source:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
 */
import type { Finding } from './findings.js';

/** Empty without findings, else lines with an end. */
export function githubLines(findings: readonly Finding[]): string {
  return findings.map((finding) => `${lineOf(finding)}\n`).join('');
}

function lineOf({ level, code, message, subject, at }: Finding): string {
  const place = at
    ? { file: at.file, line: at.line, col: at.col, ...(at.endCol && { endColumn: at.endCol }) }
    : {};
  const properties = Object.entries({ ...place, title: `${code} ${subject}` });
  return `::${level} ${properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
