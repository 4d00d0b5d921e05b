/**
 * `_bookmarks/<target>.<publication>.json`: the version of a table that a publish target holds. What is published next is the
 * difference to it, so that `lake vacuum` keeps its files whatever their age.
 *
 * Who publishes holds a lease of the table (as every run does), so that no two write one bookmark: it first notes the version
 * that is about to be there beside the one that is, and once the target has it that one alone. Killed between the two, both are
 * kept, and the target itself says which it has.
 */
import { createHash } from 'node:crypto';
import { LakeError } from '../../errors/lake-error.js';
import { encodeJson, readJson } from '../json-file.js';
import type { Lake, TableId } from '../types.js';

/** What a target holds of a table. */
export interface Held {
  readonly table: TableId;
  /** The version that the target has; of several, one of them. */
  readonly versions: readonly number[];
  /** The last version up to the newest of these that changed rows. */
  readonly dataVersion: number;
  /** Publishing began, and nobody noted its end: the target says what it has. */
  readonly pending?: true;
  /** Hash of what the publication says: settings, target, key. */
  readonly definition: string;
  readonly run: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export interface Bookmark extends Held {
  readonly format: 1;
  /** Name of the publish target in profiles.yml: `warehouse`. */
  readonly target: string;
  /** `warehouse/requests`. */
  readonly publication: string;
}

type InStore = Pick<Lake, 'store'>;
type Of = Pick<Bookmark, 'target' | 'publication'>;

const FOLDER = '_bookmarks';

/** Of all targets. @throws LakeError LK6021, LK6022: then it is not known what targets have. */
export async function readBookmarks({ store }: InStore): Promise<readonly Bookmark[]> {
  const names = (await store.list(FOLDER)).filter((name) => name.endsWith('.json'));
  const all = await Promise.all(names.map((name) => readJson<Bookmark>(store, `${FOLDER}/${name}`)));
  return all.filter((one) => one !== undefined);
}

/** Replaces what was noted of that publication. @throws LakeError LK6010 */
export async function writeBookmark({ store }: InStore, bookmark: Omit<Bookmark, 'format'>): Promise<void> {
  await store.put(keyOf(bookmark), encodeJson({ format: 1, ...bookmark }));
}

/** The target holds nothing of it any more that lake knows of. @throws LakeError LK6010 */
export async function removeBookmark({ store }: InStore, of: Of): Promise<void> {
  await store.delete(keyOf(of));
}

/** Table → versions that some target holds. @throws LakeError LK6021, LK6022: then no version is known to be needless. */
export async function bookmarkedVersions(
  lake: InStore,
): Promise<Readonly<Record<TableId, readonly number[]>>> {
  const versions: Record<TableId, number[]> = {};
  for (const { table, versions: held } of await readBookmarks(lake))
    versions[table] = [...(versions[table] ?? []), ...held];
  return versions;
}

/** Names of publications hold what paths hold: the file has a part of it to be read, and a hash to be one of its own. */
function keyOf({ target, publication }: Of): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(target))
    throw new LakeError('LK6010', `${JSON.stringify(target)} is not the name of a publish target`, {
      hint: 'A target is named with letters, digits, ".", "_" and "-".',
    });
  const hash = createHash('sha256').update(publication).digest('hex').slice(0, 12);
  const readable = publication
    .slice(target.length + 1)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 60);
  return `${FOLDER}/${target}.${readable}-${hash}.json`;
}
