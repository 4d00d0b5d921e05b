/** Data files that are no longer what their commit said: deleted by hand, cut by a broken disk, lost with a power cut. */
import { tableFolder } from './names.js';
import type { Store } from './stores/store.js';
import type { DataFile, TableState } from './types.js';

/** The files of a version that are missing, or longer or shorter than they were written. Looks at sizes, reads no bytes. */
export async function findLostFiles(
  store: Store,
  { table, files }: TableState,
): Promise<readonly DataFile[]> {
  if (files.length === 0) return [];
  const sizes = await store.sizesOf(
    tableFolder(table),
    files.map(({ path }) => path),
  );
  return files.filter(({ bytes }, index) => sizes[index] !== bytes);
}
