/** The repository's own project over files that the portals really served, in a temporary folder. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LakeRun, runLake } from '../support/run-lake.js';
import { copySampleProject } from '../support/sample-project.js';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Where the recorded files lie. */
export const DATA = resolve(ROOT, '../shared/data');

export interface RealProject {
  readonly root: string;
  lake(...args: string[]): Promise<LakeRun>;
  /** Builds and fails the test when the exit code is not the expected one. */
  build(args: readonly string[], exitCode?: number): Promise<LakeRun>;
  /** Rows of a query on the published tables. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  edit(file: string, change: (text: string) => string): void;
  remove(): void;
}

/** @throws Error when the recorded files are not beside the repository: these tests must not pass without them. */
export function realProject(): RealProject {
  if (!existsSync(DATA)) throw new Error('the recorded files are missing: ../shared/data');
  const root = mkdtempSync(join(tmpdir(), 'lake-real-'));
  copySampleProject(root);
  cpSync(join(ROOT, 'profiles.yml'), join(root, 'profiles.yml'));
  // Datasets of their own for recorded files that none of the repository's datasets is about.
  cpSync(join(ROOT, 'tests', 'real', 'datasets'), join(root, 'datasets', 'real'), { recursive: true });
  mkdirSync(join(root, 'tests', 'real'), { recursive: true });
  const portal = readFileSync(join(ROOT, 'tests', 'real', 'portal.yml'), 'utf8');
  writeFileSync(join(root, 'tests', 'real', 'portal.yml'), portal.replace(/^root: .*$/m, `root: ${DATA}`));
  const lake = (...args: string[]) => runLake(root, args);
  return {
    root,
    lake,
    async build(args, exitCode = 0) {
      const run = await lake('build', '--target', 'real', ...args);
      if (run.exitCode !== exitCode)
        throw new Error(`exit code ${run.exitCode}\n${run.stdout}\n${run.stderr}`);
      return run;
    },
    async query(sql) {
      const run = await lake('query', sql, '--target', 'real', '--output', 'json');
      if (run.exitCode !== 0) throw new Error(run.stderr);
      return JSON.parse(run.stdout);
    },
    edit(file, change) {
      const path = join(root, file);
      writeFileSync(path, change(readFileSync(path, 'utf8')));
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
