/** Writes `views.sql` after a set was published. */
import { LakeError } from '../../errors/lake-error.js';
import { readVersion } from '../head.js';
import { tableFolder } from '../names.js';
import { listSets, readSet } from '../sets/run-set.js';
import type { Store } from '../stores/store.js';
import type { RunSet, TableHead } from '../types.js';
import { viewsSql } from './views-sql.js';

/**
 * The views of the newest set. Two runs may end at once: whoever finds a newer set after writing writes again, so
 * that the older one never stays. A table whose state cannot be read is left out; other tables are not held up by it.
 */
export async function publishViews(store: Store, set: RunSet): Promise<void> {
  let written: RunSet | undefined = set;
  while (written !== undefined) {
    const heads = await readHeads(store, written);
    const filePath = (table: string, file: string): string =>
      store.localPath(`${tableFolder(table)}/${file}`);
    const note = `The tables of set ${written.number}, published by run ${written.run} at ${written.at}.`;
    await store.put('views.sql', Buffer.from(viewsSql({ filePath }, heads, note)));
    const newest: number = (await listSets(store)).at(-1) ?? written.number;
    written = newest > written.number ? await readSet(store, newest) : undefined;
  }
}

async function readHeads(store: Store, set: RunSet): Promise<readonly TableHead[]> {
  const heads = await Promise.all(
    Object.entries(set.tables).map(([table, version]) =>
      readVersion(store, table, version).catch((error: unknown) => {
        if (error instanceof LakeError) return undefined;
        throw error;
      }),
    ),
  );
  return heads.filter((head) => head !== undefined);
}
