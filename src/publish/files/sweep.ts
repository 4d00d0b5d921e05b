/** What a publication that was killed may have left behind: no reader sees any of it, it only takes space. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isTemporary } from '../../lakehouse/stores/durable-files.js';
import { isHere, type Store } from '../../lakehouse/stores/store.js';

/** A file that is being written has been written to since then. Milliseconds. */
const STILL_WRITTEN = 3_600_000;
/** Smaller files go to a bucket in one request. */
const IN_PIECES = 8 << 20;

/**
 * Removes temporary files in the folders of these keys, and uploads in pieces that were begun for them. Nothing hangs on it: what
 * cannot be looked at stays.
 */
export async function sweep(store: Store, keys: readonly string[], bytes: number): Promise<void> {
  try {
    if (isHere(store)) sweepFolders(new Set(keys.map((key) => dirname(store.place(key)))));
    else if (bytes > IN_PIECES)
      for (const one of await store.unfinished()) if (keys.includes(one.key)) await store.discard(one);
  } catch {}
}

function sweepFolders(folders: ReadonlySet<string>): void {
  for (const folder of folders) {
    for (const name of readdirSync(folder).filter(isTemporary)) {
      const path = join(folder, name);
      if (Date.now() - statSync(path).mtimeMs > STILL_WRITTEN) rmSync(path, { force: true });
    }
  }
}
