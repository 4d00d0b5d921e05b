/** Writes compiled SQL for people to read: `target/compiled/<layer>/<name>.sql`, tests beside it. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { LakeError } from '../errors/lake-error.js';
import { ephemeralCtes } from './ephemeral-ctes.js';
import { hashOf } from './hash.js';
import type { Graph, ModelNode, SilverNode, TestNode } from './types.js';

export interface WrittenFiles {
  /** Relative to the project root, sorted. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

const FOLDER = 'target/compiled';

/** Where the SQL of a silver table or model stands, relative to the project root. */
export function compiledNodePath(node: SilverNode | ModelNode): string {
  return `${FOLDER}/${node.layer}/${fileName(node.name)}.sql`;
}

/** Where the SQL of a data test stands, relative to the project root. */
export function compiledTestPath({ kind, id }: Pick<TestNode, 'kind' | 'id'>): string {
  const name = kind === 'singular' ? id.replace(/^tests\/(data\/)?/, '').replace(/\.sql$/, '') : id;
  return `${FOLDER}/tests/${fileName(name)}.sql`;
}

/**
 * Makes `<root>/target/compiled` equal to the graph: writes what changed, leaves what did not, removes `.sql` files of
 * nodes and tests that are gone.
 * @throws LakeError LK2070 when the folder cannot be written.
 */
export function writeCompiled(graph: Graph, root: string): WrittenFiles {
  const wanted = new Map<string, string>();
  const withCtes = ephemeralCtes(graph);
  for (const node of graph.nodes) {
    if (node.kind === 'model' && node.incremental)
      wanted.set(
        compiledNodePath(node).replace(/\.sql$/, '.incremental.sql'),
        withHeader(node.path, withCtes(node.incremental.sql, node.dependsOn)),
      );
    if (node.kind !== 'bronze' && node.sql !== '')
      wanted.set(compiledNodePath(node), withHeader(node.path, withCtes(node.sql, node.dependsOn)));
  }
  for (const test of graph.tests) {
    wanted.set(
      compiledTestPath(test),
      withHeader(`${test.at.file}:${test.at.line}`, withCtes(test.sql, test.dependsOn)),
    );
  }

  try {
    mkdirSync(join(root, FOLDER), { recursive: true });
    const written = writeChanged(root, wanted);
    const removed: string[] = [];
    removeStale(root, FOLDER, wanted, removed);
    return { written: written.sort(), removed: removed.sort() };
  } catch (cause) {
    const { code, path = FOLDER } = cause as NodeJS.ErrnoException;
    throw new LakeError(
      'LK2070',
      `compiled SQL cannot be written to ${relative(root, path) || path} (${code})`,
      {
        hint: 'Check that target/ is a folder that may be written, and that the disk has room',
        cause,
      },
    );
  }
}

function writeChanged(root: string, wanted: ReadonlyMap<string, string>): string[] {
  const written: string[] = [];
  const folders = new Set<string>();
  for (const [path, text] of wanted) {
    const file = join(root, path);
    if (read(file) === text) continue;
    if (!folders.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    folders.add(dirname(file));
    writeFileSync(file, text);
    written.push(path);
  }
  return written;
}

function withHeader(source: string, sql: string): string {
  return `-- compiled by lake from ${source}; edits here are lost\n${sql}\n`;
}

/** A test's id has parentheses, and its column may hold anything: what is left out is told apart by a hash. */
function fileName(name: string): string {
  const plain = name
    .replace(/[^\p{L}\p{N}_#-]+/gu, '.')
    .replace(/^\.|\.$/g, '')
    .slice(0, 150);
  const lossy = /[^\p{L}\p{N}_#().-]/u.test(name) || name.length > 150;
  return lossy ? `${plain}-${hashOf(name).slice(0, 6)}` : plain;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function removeStale(
  root: string,
  folder: string,
  wanted: ReadonlyMap<string, string>,
  removed: string[],
): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) removeStale(root, path, wanted, removed);
    else if (entry.name.endsWith('.sql') && !wanted.has(path)) {
      rmSync(join(root, path));
      removed.push(path);
    }
  }
  if (folder !== FOLDER && readdirSync(join(root, folder)).length === 0) rmdirSync(join(root, folder));
}
