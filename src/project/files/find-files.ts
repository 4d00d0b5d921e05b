/** Which files make a project. Nothing is read yet. */
import { type Dirent, promises as fs } from 'node:fs';
import path from 'node:path';
import type { Findings } from '../findings.js';
import { tellUnread } from './unread-files.js';

/** Paths relative to the project root, with `/`, sorted. */
export interface ProjectFiles {
  readonly datasets: readonly string[];
  readonly models: readonly string[];
  readonly modelProperties: readonly string[];
  /** Markdown files under models/, datasets/, seeds/ and snapshots/, for docs blocks. */
  readonly docs: readonly string[];
  readonly macros: readonly string[];
  readonly singularTests: readonly string[];
  readonly genericTests: readonly string[];
  /** Rows for unit tests. */
  readonly fixtures: readonly string[];
  readonly seeds: readonly string[];
  /** Properties files under seeds/; those under models/ may describe seeds as well. */
  readonly seedProperties: readonly string[];
  readonly snapshots: readonly string[];
}

const YAML = /\.ya?ml$/i;
const SQL = /\.sql$/i;
const MARKDOWN = /\.md$/i;
/** Folders under tests/ that hold other SQL: generic tests, and rows for unit tests, as in dbt. */
const NO_SINGULAR_TESTS = /^tests\/(generic|fixtures|unit)\//;

/**
 * The files of the project in `root`, an absolute path without links. Reports folders and links that cannot be read, and files
 * that nothing reads.
 */
export async function findFiles(root: string, findings: Findings): Promise<ProjectFiles> {
  const list = async (folder: string, wanted: RegExp): Promise<readonly string[]> => {
    const found: string[] = [];
    await walk(root, folder, found, findings);
    tellUnread(folder, found.filter((file) => !wanted.test(file)).sort(), findings);
    return found.filter((file) => wanted.test(file)).sort();
  };
  const [datasets, models, macros, tests, seeds, snapshots] = await Promise.all([
    list('datasets', /\.(ya?ml|md)$/i),
    list('models', /\.(sql|ya?ml|md)$/i),
    list('macros', /\.(hbs|sql)$/i),
    list('tests', /\.(sql|csv)$/i),
    list('seeds', /\.(csv|tsv|ya?ml|md)$/i),
    list('snapshots', /\.(ya?ml|md)$/i),
  ]);
  return {
    datasets: datasets.filter((file) => YAML.test(file)),
    models: models.filter((file) => SQL.test(file)),
    docs: [...models, ...datasets, ...seeds, ...snapshots].filter((file) => MARKDOWN.test(file)),
    modelProperties: models.filter((file) => YAML.test(file)),
    macros,
    singularTests: tests.filter((file) => SQL.test(file) && !NO_SINGULAR_TESTS.test(file)),
    genericTests: tests.filter((file) => SQL.test(file) && file.startsWith('tests/generic/')),
    fixtures: tests.filter((file) => file.startsWith('tests/fixtures/')),
    seeds: seeds.filter((file) => !YAML.test(file) && !MARKDOWN.test(file)),
    seedProperties: seeds.filter((file) => YAML.test(file)),
    snapshots: snapshots.filter((file) => YAML.test(file)),
  };
}

/** Hidden files are left out; links may lead to files inside the project only, never to folders. */
async function walk(root: string, folder: string, found: string[], findings: Findings): Promise<void> {
  let entries: Dirent[];
  try {
    entries = await fs.readdir(path.join(root, folder), { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') unreadable(folder, code, findings);
    return;
  }
  for (const entry of entries) {
    const file = `${folder}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) await walk(root, file, found, findings);
    else if (entry.isFile()) found.push(file);
    else if (entry.isSymbolicLink() && (await leadsInside(root, file, findings))) found.push(file);
  }
}

async function leadsInside(root: string, file: string, findings: Findings): Promise<boolean> {
  const refuse = (message: string): boolean => {
    findings.add('LK1008', { file, line: 1, col: 1 }, message, { hint: 'Put the file itself here' });
    return false;
  };
  try {
    const target = await fs.realpath(path.join(root, file));
    if (!target.startsWith(`${root}${path.sep}`)) return refuse('this link leads out of the project');
    return (await fs.stat(target)).isFile() || refuse('this link leads to a folder');
  } catch {
    return refuse('this link leads nowhere');
  }
}

function unreadable(file: string, code: string | undefined, findings: Findings): void {
  const hint = code === 'EACCES' ? 'Check its permissions' : 'Check that it is an ordinary folder';
  findings.add('LK1008', undefined, `the folder ${file} cannot be read (${code ?? 'unknown'})`, { hint });
}
