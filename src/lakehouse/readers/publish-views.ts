/** Writes `views.sql` after a set was published. */
import { LakeError } from '../../errors/lake-error.js';
import { readVersion } from '../head.js';
import { tableFolder } from '../names.js';
import { listSets, readSet } from '../sets/run-set.js';
import type { Store } from '../stores/store.js';
import type { RunSet, TableHead, TableId } from '../types.js';
import { readViewVersion } from '../views/view-log.js';
import { viewsSql } from './views-sql.js';

const VIEWS = 'views.sql';

type ReadVersion = (table: TableId, version: number) => Promise<TableHead>;

/**
 * The views of the newest set. Two runs may end at once: whoever finds a newer set after writing writes again, so
 * that the older one never stays. A table whose state cannot be read is left out; other tables are not held up by it.
 * @param read A version as every reader sees it.
 */
export async function publishViews(
  store: Store,
  set: RunSet,
  read: ReadVersion = (table, version) => readVersion(store, table, version),
): Promise<void> {
  let written: RunSet | undefined = set;
  while (written !== undefined) {
    const [heads, views] = await Promise.all([
      readable(written.tables, read),
      readable(written.views ?? {}, (view, version) => readViewVersion(store, view, version)),
    ]);
    const filePath = (table: string, file: string): string => store.place(`${tableFolder(table)}/${file}`);
    await store.put(VIEWS, Buffer.from(viewsSql({ filePath }, heads, noteOf(written), views)));
    const newest: number = (await listSets(store)).at(-1) ?? written.number;
    written = newest > written.number ? await readSet(store, newest) : undefined;
  }
}

/** Writes the views of the newest set where they are those of another: a run was killed between the two. */
export async function completeViews(store: Store, set: RunSet): Promise<void> {
  const there = await store.get(VIEWS);
  if (there?.toString('utf8').startsWith(`-- ${noteOf(set)}\n`) !== true) await publishViews(store, set);
}

function noteOf({ number, run, at }: RunSet): string {
  return `The tables of set ${number}, published by run ${run} at ${at}.`;
}

/** Of these versions all that can be read. */
async function readable<T extends object>(
  versions: RunSet['tables'],
  read: (id: TableId, version: number) => Promise<T>,
): Promise<readonly T[]> {
  const found = await Promise.all(
    Object.entries(versions).map(([id, version]) =>
      read(id, version).catch((error: unknown): undefined => {
        if (error instanceof LakeError) return undefined;
        throw error;
      }),
    ),
  );
  return found.filter((one) => one !== undefined);
}
