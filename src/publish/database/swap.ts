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

/** Of DuckDB, and of SQLite with either kind of journal. */
const LOGS = ['.wal', '-wal', '-journal'];

/** @param name Of the file, for people. @throws LakeError LK8034 where a log of writes lies beside the file, which would not be part of a copy. */
export function refuseLogs(path: string, name: string): void {
  const log = LOGS.map((ending) => path + ending).find((one) => existsSync(one) && statSync(one).size > 0);
  if (log === undefined) return;
  throw new LakeError('LK8034', `${name} has changes that are not in it yet: ${basename(log)}`, {
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
