/** A lake on a local disk. Whole files appear at once and survive a power cut; nothing is written outside the root. */
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import { discard, isTemporary, syncFile, temporaryBeside, writeDurably } from './durable-files.js';
import { errno, fileError } from './file-error.js';
import { LakeFolders } from './folders.js';
import {
  type ByteRange,
  checkKey,
  type NewObject,
  type Store,
  type Unfinished,
  type WholeObject,
} from './store.js';

/** Files that wait for the disk at a time: each is open meanwhile. */
const AT_ONCE = 16;

/**
 * Waits for the disk by fsync alone: a build makes thousands of small files, and for everything else the way through the
 * thread pool would cost ten times what the system takes.
 *
 * Keys are paths below the root. @throws LakeError LK60xx where the disk refuses, LK6006 where a link leads outside.
 */
export class LocalStore implements Store {
  readonly #root: string;
  readonly #folders: LakeFolders;

  /** @param root Absolute folder; made by the first write. */
  constructor(root: string) {
    this.#root = resolve(root);
    this.#folders = new LakeFolders(this.#root);
  }

  async putIfAbsent(key: string, content: Uint8Array): Promise<boolean> {
    return this.publish([], { key, content });
  }

  /** After a power cut it is the old or the new one: the folder is not waited for. */
  async put(key: string, content: Uint8Array): Promise<void> {
    const path = this.#placeFor(key);
    const temporary = temporaryBeside(path);
    try {
      await writeDurably(temporary, content);
      renameSync(temporary, path);
    } catch (error) {
      discard(temporary);
      throw fileError(error, `write ${content.byteLength} bytes to`, path);
    }
  }

  async get(key: string, range?: ByteRange): Promise<Buffer | undefined> {
    const path = this.localPath(key);
    try {
      return this.#folders.has(dirname(path)) ? this.#read(path, range) : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw fileError(error, 'read', path);
    }
  }

  getFixed(key: string): Promise<Buffer | undefined> {
    return this.get(key);
  }

  async list(folder: string, after = ''): Promise<readonly string[]> {
    const path = folder === '' ? this.#root : this.localPath(folder);
    try {
      if (!this.#folders.has(path)) return [];
      const entries = readdirSync(path, { withFileTypes: true });
      const visible = entries.filter((entry) => !entry.name.startsWith('.'));
      const names = visible.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
      return after === '' ? names : names.filter((name) => name > after);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw fileError(error, 'list', path);
    }
  }

  async sizesOf(folder: string, names: readonly string[]): Promise<readonly (number | undefined)[]> {
    return names.map((name) => {
      const path = this.localPath(folder === '' ? name : `${folder}/${name}`);
      try {
        return statSync(path, { throwIfNoEntry: false })?.size;
      } catch (error) {
        throw fileError(error, 'read', path);
      }
    });
  }

  async delete(key: string): Promise<void> {
    this.#remove(this.localPath(key), false);
  }

  async deleteFolder(folder: string): Promise<void> {
    const path = this.localPath(folder);
    this.#remove(path, true);
    this.#folders.prune(path);
  }

  /** Temporary files and links; these are not followed. */
  async unfinished(): Promise<readonly Unfinished[]> {
    try {
      const names = readdirSync(this.#root, { recursive: true, withFileTypes: true });
      return names
        .filter((entry) => !entry.isDirectory() && isTemporary(entry.name))
        .flatMap((entry) => {
          const path = join(entry.parentPath, entry.name);
          const found = lstatSync(path, { throwIfNoEntry: false });
          const key = relative(this.#root, path).split(sep).join('/');
          return found === undefined ? [] : [{ key, bytes: found.size, since: found.mtimeMs }];
        });
    } catch (error) {
      if (isAbsent(error)) return [];
      throw fileError(error, 'list', this.#root);
    }
  }

  async discard({ key }: Unfinished): Promise<void> {
    const path = join(this.#root, key);
    if (isTemporary(basename(path))) this.#remove(path, false);
  }

  async replace(object: NewObject): Promise<void> {
    const path = this.#placeFor(object.key);
    const temporary = temporaryBeside(path);
    try {
      if ('content' in object) await writeDurably(temporary, object.content);
      else await moveDurably(object.from, temporary);
      renameSync(temporary, path);
      await this.#folders.sync([dirname(path)]);
    } catch (error) {
      discard(temporary);
      throw fileError(error, 'write', path);
    }
  }

  async adopt(objects: readonly NewObject[]): Promise<void> {
    const placed = this.#placed(objects);
    await allWritten(placed);
    await this.#folders.sync(placed.map(({ path }) => dirname(path)));
  }

  /**
   * Everything under a name that no reader knows, fsync, fsync of the folders, `link(2)` and fsync of its folder: `link` fails where the
   * name exists, and unlike an exclusive create it never shows an empty or torn file.
   */
  async publish(objects: readonly NewObject[], last: WholeObject): Promise<boolean> {
    const taken = this.#placed(objects);
    const path = this.#placeFor(last.key);
    const temporary = temporaryBeside(path);
    try {
      await allWritten([...taken, { ...last, path: temporary }]);
      await this.#folders.sync(
        taken.map((object) => dirname(object.path)),
        [path],
      );
      linkSync(temporary, path);
    } catch (error) {
      if (isLink(error) && errno(error) === 'EEXIST') return false;
      throw linkError(error, path, last.content.byteLength);
    } finally {
      discard(temporary);
    }
    await this.#folders.sync([dirname(path)]);
    return true;
  }

  /** On the same file system as the rest of the lake, so that `publish` only renames. */
  async scratchFolder(folder: string): Promise<string> {
    const path = this.localPath(folder);
    try {
      this.#folders.make(path);
    } catch (error) {
      throw fileError(error, 'make the folder', path);
    }
    return path;
  }

  readonly staging = this;

  localPath(key: string): string {
    return `${this.#root}${sep}${checkKey(key)}`;
  }

  expect(): void {}

  async hold(): Promise<() => void> {
    return () => undefined;
  }

  place(key: string): string {
    return this.localPath(key);
  }

  #placed(objects: readonly NewObject[]): readonly PlacedObject[] {
    return objects.map((object) => ({ ...object, path: this.#placeFor(object.key) }));
  }

  /** The path of a key whose folder exists, inside the root. */
  #placeFor(key: string): string {
    const path = this.localPath(key);
    try {
      this.#folders.make(dirname(path));
    } catch (error) {
      throw fileError(error, 'make the folder of', path);
    }
    return path;
  }

  #read(path: string, range: ByteRange | undefined): Buffer {
    const file = this.#open(path);
    try {
      return range === undefined ? readFileSync(file) : readRange(file, range);
    } finally {
      closeSync(file);
    }
  }

  /** A link is followed once it is known where it leads. */
  #open(path: string): number {
    try {
      return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (errno(error) !== 'ELOOP') throw error;
      this.#folders.refuseOutside(path);
      return openSync(path, 'r');
    }
  }

  #remove(path: string, recursive: boolean): void {
    try {
      if (this.#folders.has(dirname(path))) rmSync(path, { recursive, force: true });
    } catch (error) {
      throw fileError(error, 'delete', path);
    }
  }
}

type PlacedObject = NewObject & { readonly path: string };

/** The disk has the bytes of each then, and each lies under its path. Where one fails, none is under way any more. */
async function allWritten(objects: readonly PlacedObject[]): Promise<void> {
  for (let first = 0; first < objects.length; first += AT_ONCE) {
    const ended = await Promise.allSettled(objects.slice(first, first + AT_ONCE).map(written));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }
}

async function written(object: PlacedObject): Promise<void> {
  const { path } = object;
  const doing = 'from' in object ? `move ${object.from} to` : `write ${object.content.byteLength} bytes to`;
  try {
    if ('content' in object) return await writeDurably(path, object.content);
    await syncFile(object.from);
    renameSync(object.from, path);
  } catch (error) {
    throw fileError(error, doing, path);
  }
}

/** From another disk it is copied. */
async function moveDurably(from: string, to: string): Promise<void> {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errno(error) !== 'EXDEV') throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
  await syncFile(to);
}

function readRange(file: number, range: ByteRange): Buffer {
  const { size } = fstatSync(file);
  const from = 'last' in range ? Math.max(0, size - range.last) : Math.min(range.from, size);
  const end = 'last' in range || range.to === undefined ? size : Math.min(range.to + 1, size);
  const bytes = Buffer.alloc(Math.max(0, end - from));
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
}

const isAbsent = (error: unknown): boolean => errno(error) === 'ENOENT';

const isLink = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'link';

/** File systems without hard links (FAT, some network shares) answer EPERM or ENOTSUP to `link`, and to nothing else. */
function linkError(error: unknown, path: string, bytes: number): LakeError {
  const cannot = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errno(error) ?? '');
  if (!isLink(error) || !cannot) return fileError(error, `write ${bytes} bytes to`, path);
  return new LakeError(
    'LK6008',
    `the file system of ${path} has no hard links, so that two runs could overwrite each other`,
    {
      hint: 'Keep the lake on a local disk (ext4, xfs, btrfs, APFS, NTFS).',
      cause: error,
    },
  );
}
