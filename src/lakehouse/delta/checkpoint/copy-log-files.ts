/** Files of a table's log on this machine, for SQL that reads them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFolder } from '../../names.js';
import type { Store } from '../../stores/store.js';
import type { TableId } from '../../types.js';

/**
 * @param names In the log. @param folder Absolute and there.
 * @returns Their absolute paths, in this order; undefined where one of them is not there.
 */
export async function copyLogFiles(
  store: Store,
  table: TableId,
  names: readonly string[],
  folder: string,
): Promise<readonly string[] | undefined> {
  const paths: string[] = [];
  for (const name of names) {
    const content = await store.get(`${tableFolder(table)}/_delta_log/${name}`);
    if (content === undefined) return undefined;
    const path = join(folder, name);
    await writeFile(path, content);
    paths.push(path);
  }
  return paths;
}
