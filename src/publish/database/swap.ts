/** The file at its place: copied from there, and replaced by the copy as a whole. */
import { chmodSync, constants, existsSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import { LocalStore } from '../../lakehouse/stores/local.js';
import { sweep } from '../files/sweep.js';

/** What a file was when it was copied: another writer makes it another one. */
export interface Seen {
  readonly ino: number;
  readonly bytes: number;
  readonly changed: number;
  readonly mode: number;
}

export function look(path: string): Seen | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { ino: found.ino, bytes: found.size, changed: found.mtimeMs, mode: found.mode };
}

/** Of DuckDB, and of SQLite with a rollback journal: an empty one is nobody's. */
const LOGS = ['.wal', '-journal'];
/** SQLite has it beside a file for as long as a program has the file open in WAL mode: whoever opens another file there plays it in. */
const OPEN_LOG = '-wal';

/** @param name Of the file, for people. @throws LakeError LK8034 where a log of writes lies beside the file, which would not be part of a copy. */
export function refuseLogs(path: string, name: string): void {
  const log = LOGS.map((ending) => path + ending).find((one) => existsSync(one) && statSync(one).size > 0);
  if (log !== undefined) throw writtenTo(`${name} has changes that are not in it yet: ${basename(log)}`);
  if (existsSync(path + OPEN_LOG))
    throw writtenTo(`${name} is open elsewhere: ${basename(path + OPEN_LOG)} lies beside it`);
}

/**
 * DuckDB locks a file for as long as it has it open for writing, and writes its log by the file's name: beside the file that came in its place.
 * @param name Of the file, for people. @throws LakeError LK8034 where another process has the file open for writing.
 */
export async function refuseWriter(
  path: string,
  name: string,
  lockedBy: (path: string) => Promise<string | undefined>,
): Promise<void> {
  const writer = existsSync(path) ? await lockedBy(path) : undefined;
  if (writer !== undefined) throw writtenTo(`${name} is open for writing in ${writer}`);
}

function writtenTo(what: string): LakeError {
  return new LakeError('LK8034', what, {
    hint: 'Close the program that writes to it, or open and close it once; then run `lake publish`.',
  });
}

/** Where the file system can, the copy shares the file's blocks. */
export async function copyOf(path: string, to: string): Promise<void> {
  await copyFile(path, to, constants.COPYFILE_FICLONE);
}

/** Whoever has the file open keeps what he opened. */
export async function swapIn(from: string, path: string, before: Seen | undefined): Promise<void> {
  const store = new LocalStore(dirname(path));
  const key = basename(path);
  await sweep(store, [key], 0);
  chmodSync(from, before ? before.mode & 0o777 : 0o666 & ~process.umask());
  await store.replace({ from, key });
}
