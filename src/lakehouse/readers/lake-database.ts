/**
 * `lake.duckdb` of a lake on this machine: the views of `views.sql` as a database, for programs that open a file. It is a link to a file
 * that is made anew for each set whose views differ, so that whoever holds one open, even to write to it, is in nobody's way.
 */
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Engine } from '../../engine/types.js';
import { quoteText } from '../../sql/quote.js';
import { discard, syncFile, temporaryBeside } from '../stores/durable-files.js';
import { errno, fileError } from '../stores/file-error.js';

const NAME = 'lake.duckdb';
/** Set, and how often a file was made for it before. */
const OWN = /^lake-(\d+)(?:-\d+)?\.duckdb(?:\.wal)?$/;

/** Whoever has just looked where the link leads opens that file within this time. Milliseconds. */
const STILL_OPENED = 60_000;

/** What the link names: `lake-7.duckdb`. Undefined where there is none, or its file is gone. */
export function currentDatabase(root: string): string | undefined {
  try {
    const target = readlinkSync(join(root, NAME));
    return existsSync(join(root, target)) ? target : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes the file for a set and lets the link name it.
 * @param root Absolute folder of the lake.
 * @param folder Absolute and empty folder on the same file system, for the file that is not finished.
 * @param statements SQL that makes the views.
 * @returns Name of the file.
 * @throws LakeError LK50xx where the engine cannot make a view, LK60xx where the disk refuses.
 */
export async function writeDatabase(
  sql: Engine['sql'],
  { root, folder, set, statements }: NewDatabase,
): Promise<string> {
  const finished = join(folder, NAME);
  try {
    await fill(sql, finished, statements);
    chmodSync(finished, 0o444);
    await syncFile(finished);
    const name = giveName(root, set, finished);
    const before = currentDatabase(root);
    pointTo(root, name, before);
    sweep(root, set, [name, before]);
    return name;
  } catch (error) {
    throw fileError(error, 'make', join(root, NAME));
  }
}

interface NewDatabase {
  readonly root: string;
  readonly folder: string;
  /** Its number. */
  readonly set: number;
  readonly statements: readonly string[];
}

/** Statements that are read together: DuckDB keeps what it read of thousands until the last of them has run. */
const AT_ONCE = 100;

function inGroups<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** In the storage format that DuckDB reads since 1.0; detaching leaves no log of writes beside it. */
async function fill(sql: Engine['sql'], path: string, statements: readonly string[]): Promise<void> {
  const name = `lake_${randomUUID().replaceAll('-', '')}`;
  const text = [
    `attach ${quoteText(path)} as ${name} (storage_version 'v1.0.0')`,
    `set search_path = ${quoteText(`${name}.main`)}`,
    'begin',
    ...inGroups(statements, AT_ONCE).map((some) => some.join('\n')),
    'commit',
    `set search_path = 'memory.main'`,
    `detach ${name}`,
  ];
  await sql({
    label: NAME,
    relations: [],
    macros: [],
    statements: text.map((one) => ({ sql: one, collect: 'none' })),
  });
}

/** A name that no file had: a log of writes that somebody left beside an earlier one would spoil it. */
function giveName(root: string, set: number, finished: string): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? `lake-${set}.duckdb` : `lake-${set}-${n}.duckdb`;
    if (existsSync(join(root, `${name}.wal`))) continue;
    try {
      linkSync(finished, join(root, name));
      return name;
    } catch (error) {
      if (errno(error) !== 'EEXIST') throw error;
    }
  }
}

/** What somebody wrote through the link before goes with the file that it was written to: older DuckDBs keep it beside the link. */
function pointTo(root: string, name: string, before: string | undefined): void {
  const temporary = temporaryBeside(join(root, NAME));
  symlinkSync(name, temporary);
  try {
    const log = join(root, `${NAME}.wal`);
    if (existsSync(log)) {
      if (before === undefined) rmSync(log);
      else renameSync(log, join(root, `${before}.wal`));
    }
    renameSync(temporary, join(root, NAME));
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/** Deletes files of earlier sets that nobody is about to open. Who has one open keeps what it opened. */
function sweep(root: string, set: number, needed: readonly (string | undefined)[]): void {
  for (const name of readdirSync(root)) {
    const [, number] = OWN.exec(name) ?? [];
    if (number === undefined || Number(number) > set) continue;
    if (needed.includes(basename(name, '.wal'))) continue;
    try {
      const path = join(root, name);
      if (Date.now() - statSync(path).mtimeMs > STILL_OPENED) rmSync(path);
    } catch {
      // Windows does not delete what is open: the next run tries again.
    }
  }
}
