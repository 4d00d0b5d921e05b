/** Files that are written whole: under a name that nobody reads yet, and durable before they get their own. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const sync = promisify(fsync);

/** A name beside a path. Names that start with a dot are invisible to every reader. */
export const temporaryBeside = (path: string): string => join(dirname(path), `.${randomUUID()}.tmp`);

/** Whether a name is one of these. */
export const isTemporary = (name: string): boolean => /^\.[0-9a-f-]{36}\.tmp$/.test(name);

/** A temporary file that stays behind does no harm. */
export function discard(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch {}
}

/** Writes a new file and waits for the disk. */
export async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, content);
    await sync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the bytes of a file, or the names in a folder, survive a power cut. */
export async function syncFile(path: string): Promise<void> {
  const file = openSync(path, 'r');
  try {
    await sync(file);
  } finally {
    closeSync(file);
  }
}
