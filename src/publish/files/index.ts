/**
 * Publishing as files: into a folder, a bucket of Google Cloud Storage, a bucket of S3. A file appears whole or not at all; the manifest beside it,
 * which is written after it, says what the target has.
 */
import { basename, dirname, resolve } from 'node:path';
import { mediaTypes } from '../../formats/format.js';
import { LocalStore } from '../../lakehouse/stores/local.js';
import type { Store } from '../../lakehouse/stores/store.js';
import type { PublishTarget } from '../../project/publish-types.js';
import { shownPath } from '../shown-path.js';
import { atTarget } from '../target-error.js';
import type { Published, PublishTask } from '../types.js';
import {
  contentOf,
  encodeManifest,
  type Manifest,
  type ManifestFile,
  manifestFile,
  newManifest,
  readManifest,
} from './manifest.js';
import { type NamedPlace, namedPlace } from './named.js';
import { dropOldParts, partName } from './parts.js';
import { sweep } from './sweep.js';
import { writeRows } from './write-rows.js';

export type FilesTarget = Extract<PublishTarget, { type: 'files' | 'gcs' | 's3' }>;

/**
 * @throws LakeError LK8030, LK8031 where the target refuses it; LK8032 for rows that the format cannot have; LK8033 for a name that does not go
 * with the format; LK50xx of the engine.
 */
export async function publishFiles(task: PublishTask<FilesTarget>, partBytes?: number): Promise<Published> {
  const place = namedPlace(task, task.target.format);
  const there = await atTarget(task.publication.id, async () => {
    const store = await openTarget(task);
    const manifest = await readManifest(store, manifestKey(place));
    return { store, manifest, isWhole: await isWhole(store, place, manifest) };
  });
  const { store, manifest } = there;
  if (manifest && there.isWhole && !task.fullRefresh && isSame(task, manifest))
    return { status: 'unchanged', rows: manifest.rows, place: shown(task, store, place), notes: [] };
  const { paths, rows } = await writeRows(task, place, partBytes);
  const described = await Promise.all(paths.map((path) => manifestFile(path, basename(place.key))));
  const files = described.map((file, i) =>
    place.inParts ? { ...file, name: partName(i, file.sha256, place.format) } : file,
  );
  task.signal.throwIfAborted();
  await task.hold();
  await atTarget(task.publication.id, async () => {
    await putFiles(store, place, files, paths);
    const content = encodeManifest(newManifest(task, { rows, files }));
    await store.replace({ key: manifestKey(place), content }, 'application/json');
    if (place.inParts) await dropOldParts(store, place.key, files, manifest);
  });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { status: 'success', rows, bytes, place: shown(task, store, place), notes: [] };
}

async function openTarget({ target, root }: PublishTask<FilesTarget>): Promise<Store> {
  if (target.type === 'files') return new LocalStore(resolve(root, target.path));
  const { openRemote } = await import('../../lakehouse/stores/remote/open-remote.js');
  return openRemote(target.location, root);
}

/** Beside a file, in a folder of parts. */
const manifestKey = ({ key, inParts }: NamedPlace): string =>
  inParts ? `${key}/manifest.json` : `${key}.manifest.json`;

const folderOf = ({ key, inParts }: NamedPlace): string => {
  if (inParts) return key;
  const folder = dirname(key);
  return folder === '.' ? '' : folder;
};

const keyIn = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

function shown({ root }: PublishTask, store: Store, { key, inParts }: NamedPlace): string {
  return `${shownPath(root, store.place(key))}${inParts ? '/' : ''}`;
}

/** Somebody may have taken files away, or written others under their names. */
async function isWhole(store: Store, place: NamedPlace, manifest: Manifest | undefined): Promise<boolean> {
  if (manifest === undefined) return false;
  const { files } = manifest;
  const sizes = await store.sizesOf(
    folderOf(place),
    files.map(({ name }) => name),
  );
  return files.every(({ bytes }, i) => sizes[i] === bytes);
}

/** Where a publication was cut short, the file may be newer than its manifest, unless it was that one which wrote the manifest. */
function isSame(task: PublishTask, manifest: Manifest): boolean {
  const { table_id, data_version, definition } = contentOf(task);
  return (
    (task.held?.pending !== true || task.held.run === manifest.run) &&
    manifest.table_id === table_id &&
    manifest.data_version === data_version &&
    manifest.definition === definition
  );
}

async function putFiles(
  store: Store,
  place: NamedPlace,
  files: readonly ManifestFile[],
  paths: readonly string[],
): Promise<void> {
  const folder = folderOf(place);
  const keys = files.map(({ name }) => keyIn(folder, name));
  await sweep(store, keys, Math.max(0, ...files.map(({ bytes }) => bytes)));
  const sizes = place.inParts
    ? await store.sizesOf(
        folder,
        files.map(({ name }) => name),
      )
    : [];
  for (const [i, { bytes }] of files.entries()) {
    if (sizes[i] === bytes) continue;
    const type = place.gzip ? 'application/gzip' : mediaTypes[place.format];
    await store.replace({ from: paths[i]!, key: keys[i]! }, type);
  }
}
