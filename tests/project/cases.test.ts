/**
 * Every mistake that load finds, as data: `cases/*.yml` hold the files of a small project and exactly the diagnostics
 * that they must give. Files that a case does not name are those of `project-folder.ts`; null leaves one out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { codes } from '../../src/errors/codes.js';
import type { Diagnostic } from '../../src/errors/diagnostic.js';
import { loadProject } from '../../src/project/index.js';
import { type GivenFile, projectFolder } from './project-folder.js';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, GivenFile>>;
  readonly target?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly expect: readonly Expected[];
}

interface Expected {
  readonly code: string;
  readonly at?: string;
  readonly message: string;
  readonly expected?: string;
  readonly hint?: string;
  readonly severity?: 'warning';
}

const folder = new URL('./cases/', import.meta.url);
const files = readdirSync(folder).map((file) => ({
  topic: file.replace('.yml', ''),
  cases: parse(readFileSync(new URL(file, folder), 'utf8')) as Case[],
}));

for (const { topic, cases } of files) {
  describe(topic, () => {
    for (const { name, files: given, target, env = {}, expect: wanted } of cases) {
      it(name, async () => {
        const { diagnostics } = await loadProject(projectFolder(given), { target, env });
        expect(diagnostics.map(asWritten)).toEqual(wanted);
      });
    }
  });
}

describe('every code of load', () => {
  const covered = new Set(
    files.flatMap(({ cases }) => cases.flatMap((c) => c.expect.map(({ code }) => code))),
  );
  for (const code of Object.keys(codes).filter((c) => c.startsWith('LK1') && c !== 'LK1000')) {
    it(`${code} has a case`, () => expect(covered).toContain(code));
  }
});

function asWritten({ code, at, message, expected, hint, severity }: Diagnostic): Expected {
  return {
    code,
    ...(at ? { at: `${at.file}:${at.line}:${at.col}` } : {}),
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(hint === undefined ? {} : { hint }),
    ...(severity === 'warning' ? { severity } : {}),
  };
}
