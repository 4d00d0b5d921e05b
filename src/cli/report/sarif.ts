/** SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
import { codes } from '../../errors/codes.js';
import type { Finding } from './findings.js';

/** A log of one run; a rule for each code that is found. */
export function sarifOf(findings: readonly Finding[], version: string, successful: boolean): string {
  const ids = [...new Set(findings.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'lake',
            version,
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: (codes as Readonly<Record<string, string>>)[id] ?? id },
              help: { text: `lake explain ${id}` },
            })),
          },
        },
        invocations: [{ executionSuccessful: successful }],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, ids)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf({ level, code, message, subject, at }: Finding, ids: readonly string[]) {
  const region = at && {
    startLine: at.line,
    startColumn: at.col,
    ...(at.endCol !== undefined && { endColumn: at.endCol }),
  };
  return {
    ruleId: code,
    ruleIndex: ids.indexOf(code),
    level,
    message: { text: message },
    locations: [
      {
        ...(at && { physicalLocation: { artifactLocation: { uri: encodeURI(at.file) }, region } }),
        logicalLocations: [{ fullyQualifiedName: subject }],
      },
    ],
    // The same finding of another run: what it says may change with the data.
    partialFingerprints: { 'lake/v1': `${code}:${subject}` },
  };
}
