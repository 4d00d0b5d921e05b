/**
 * `_bookmarks/<target>.json`: the versions of tables that a publish target holds. What is published next is the difference to
 * them, so that `lake vacuum` keeps their files whatever their age.
 *
 * Who publishes writes it after the target has these rows, while it holds a lease of these tables (as every run does): a vacuum
 * of them waits for no run and begins none meanwhile.
 */
import { LakeError } from '../../errors/lake-error.js';
import { encodeJson, readJson } from '../json-file.js';
import type { Lake, TableId } from '../types.js';

export interface Bookmark {
  readonly format: 1;
  /** Name of the publish target in profiles.yml: `warehouse`. */
  readonly target: string;
  readonly run: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Table → the version that the target has. */
  readonly tables: Readonly<Record<TableId, number>>;
}

type InStore = Pick<Lake, 'store'>;

const FOLDER = '_bookmarks';

/** Undefined where nothing was published to that target. @throws LakeError LK6010, LK6021, LK6022 */
export function readBookmark({ store }: InStore, target: string): Promise<Bookmark | undefined> {
  return readJson<Bookmark>(store, keyOf(target));
}

/** Replaces what was known of these tables at the target; others stay as they are. @throws LakeError LK6010 */
export async function moveBookmark(
  lake: InStore,
  target: string,
  { run, tables }: Pick<Bookmark, 'run' | 'tables'>,
): Promise<Bookmark> {
  const before = await readBookmark(lake, target);
  const bookmark: Bookmark = {
    format: 1,
    target,
    run,
    at: new Date().toISOString(),
    tables: { ...before?.tables, ...tables },
  };
  await lake.store.put(keyOf(target), encodeJson(bookmark));
  return bookmark;
}

/** The target holds nothing any more that lake knows of. @throws LakeError LK6010 */
export async function removeBookmark({ store }: InStore, target: string): Promise<void> {
  await store.delete(keyOf(target));
}

/** Table → versions that some target holds. @throws LakeError LK6021, LK6022: then no version is known to be needless. */
export async function bookmarkedVersions({
  store,
}: InStore): Promise<Readonly<Record<TableId, readonly number[]>>> {
  const names = (await store.list(FOLDER)).filter((name) => name.endsWith('.json'));
  const bookmarks = await Promise.all(names.map((name) => readJson<Bookmark>(store, `${FOLDER}/${name}`)));
  const versions: Record<TableId, number[]> = {};
  for (const { tables } of bookmarks.filter((one) => one !== undefined)) {
    for (const [table, version] of Object.entries(tables))
      versions[table] = [...(versions[table] ?? []), version];
  }
  return versions;
}

function keyOf(target: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(target)) return `${FOLDER}/${target}.json`;
  throw new LakeError('LK6010', `${JSON.stringify(target)} is not the name of a publish target`, {
    hint: 'A target is named with letters, digits, ".", "_" and "-".',
  });
}
