/** `--reporter`: how a run is told beside, or instead of, the lines for a person. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { LakeError } from '../../errors/lake-error.js';
import type { RunResult } from '../../run/events.js';
import { type Finding, findingsOf, findingsOfError } from './findings.js';

const NAMES = ['terminal', 'json', 'junit', 'github', 'sarif'] as const;
type Name = (typeof NAMES)[number];

export interface ReporterChoice {
  readonly name: Name;
  /** File, relative to the folder that the command is called in. */
  readonly path?: string;
}

/** Where the reports go that are files, in the project, unless a path is given. */
const FILES: Partial<Record<Name, string>> = { junit: 'target/junit.xml', sarif: 'target/lake.sarif' };

/** Adds `--reporter`. */
export function reporterOption(command: Command): Command {
  return command.option(
    '--reporter <name...>',
    'also report as junit, sarif (junit=file: there), github, json',
    parseReporter,
  );
}

/** Adds one value of the flag to those before. @throws InvalidArgumentError for a name that there is not, a path where none is written */
export function parseReporter(
  text: string,
  previous: readonly ReporterChoice[] = [],
): readonly ReporterChoice[] {
  const [, name = '', path] = /^([^=]*)(?:=(.*))?$/s.exec(text)!;
  if (!(NAMES as readonly string[]).includes(name))
    throw new InvalidArgumentError(
      `there are ${NAMES.join(', ')}; junit=path and sarif=path choose the file`,
    );
  if (path !== undefined && (path === '' || FILES[name as Name] === undefined))
    throw new InvalidArgumentError('a path stands behind junit= or sarif=');
  return [...previous, { name: name as Name, ...(path !== undefined && { path }) }];
}

export interface Reports {
  finish(result: RunResult): Promise<void>;
  /** What ended the command before there was a result. */
  fail(error: unknown): Promise<void>;
}

/** Does the work; what ends it early is in the reports, too, before it is thrown on. */
export async function reportingFailure(reports: Reports, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await reports.fail(error);
    throw error;
  }
}

/** Folders inside the project are made; elsewhere a missing one is a slip of the pen. */
function assertFolder(root: string, name: Name, path: string): void {
  const folder = dirname(resolve(path));
  const inside = relative(root, folder);
  if ((!inside.startsWith('..') && !isAbsolute(inside)) || existsSync(folder)) return;
  throw new LakeError('LK7012', `--reporter ${name}=${path}: there is no folder ${folder}`, {
    hint: `make it first, or write into the project: --reporter ${name}=${FILES[name]}`,
  });
}

/** @param root Project root, absolute. @throws LakeError LK7012 for a file in a folder outside the project that is not there */
export function createReports(
  choices: readonly ReporterChoice[],
  { root, command }: { readonly root: string; readonly command: string },
): Reports {
  for (const { name, path } of choices) if (path !== undefined) assertFolder(root, name, path);
  const write = async (findings: readonly Finding[], result?: RunResult): Promise<void> => {
    for (const { name, path } of choices) {
      if (name === 'terminal' || name === 'json') continue;
      const text = await render(name, command, findings, result);
      if (name === 'github') {
        process.stdout.write(text);
        continue;
      }
      const file = path === undefined ? resolve(root, FILES[name]!) : resolve(path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  };
  return {
    finish: (result) => write(findingsOf(result, root), result),
    fail: (error) => write(findingsOfError(error, root)),
  };
}

async function render(
  name: 'junit' | 'github' | 'sarif',
  command: string,
  findings: readonly Finding[],
  result: RunResult | undefined,
): Promise<string> {
  switch (name) {
    case 'github':
      return (await import('./github.js')).githubLines(findings);
    case 'junit': {
      const { junitOf, junitOfFindings } = await import('./junit.js');
      return result ? junitOf(result, findings) : junitOfFindings(command, findings);
    }
    case 'sarif': {
      const [{ sarifOf }, { lakeVersion }] = await Promise.all([
        import('./sarif.js'),
        import('../../lakehouse/versions.js'),
      ]);
      return sarifOf(findings, lakeVersion(), result?.exitCode === 0);
    }
  }
}
