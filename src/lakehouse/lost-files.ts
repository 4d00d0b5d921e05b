/** Data files that are no longer what their commit said: deleted by hand, cut by a broken disk, lost with a power cut. */
import { stat } from 'node:fs/promises';
import { tableFolder } from './names.js';
import { errno, fileError } from './stores/file-error.js';
import type { Store } from './stores/store.js';
import type { DataFile, TableState } from './types.js';

/** The files of a version that are missing, or longer or shorter than they were written. Looks at sizes, reads no bytes. */
export async function findLostFiles(
  store: Store,
  { table, files }: TableState,
): Promise<readonly DataFile[]> {
  const lost: DataFile[] = [];
  for (const file of files) {
    const path = store.localPath(`${tableFolder(table)}/${file.path}`);
    if ((await sizeOf(path)) !== file.bytes) lost.push(file);
  }
  return lost;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw fileError(error, 'read', path);
  }
}
