/** A lake on a local disk. Whole files appear at once and survive a power cut; nothing is written outside the root. */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { LakeError } from '../../errors/lake-error.js';
import { errno, fileError } from './file-error.js';
import { type ByteRange, checkKey, type FinishedFile, type Store } from './store.js';

const sync = promisify(fsync);

/**
 * Waits for the disk by fsync alone: a build makes thousands of small files, and for everything else the way through the
 * thread pool would cost ten times what the system takes.
 *
 * Keys are paths below the root. @throws LakeError LK60xx where the disk refuses, LK6006 where a link leads outside.
 */
export class LocalStore implements Store {
  readonly #root: string;
  #realRoot: string | undefined;

  /** @param root Absolute folder; made by the first write. */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  /**
   * A temporary file, fsync, `link(2)` and fsync of the folder: `link` fails where the name exists, and unlike an
   * exclusive create it never shows an empty or torn file.
   */
  async putIfAbsent(key: string, content: Uint8Array): Promise<boolean> {
    const path = await this.#placeFor(key);
    const temporary = temporaryBeside(path);
    try {
      await writeDurably(temporary, content);
      linkSync(temporary, path);
    } catch (error) {
      if (errno(error) === 'EEXIST') return false;
      throw linkError(error, path, content.byteLength);
    } finally {
      discard(temporary);
    }
    await syncFolder(dirname(path));
    return true;
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    const path = await this.#placeFor(key);
    const temporary = temporaryBeside(path);
    try {
      await writeDurably(temporary, content);
      renameSync(temporary, path);
      await syncFolder(dirname(path));
    } catch (error) {
      discard(temporary);
      throw fileError(error, `write ${content.byteLength} bytes to`, path);
    }
  }

  async get(key: string, range?: ByteRange): Promise<Buffer | undefined> {
    const path = this.localPath(key);
    try {
      this.#contain(path);
      return range === undefined ? readFileSync(path) : readRange(path, range);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw fileError(error, 'read', path);
    }
  }

  async list(folder: string, after = ''): Promise<readonly string[]> {
    const path = folder === '' ? this.#root : this.localPath(folder);
    try {
      this.#contain(path);
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
      const path = this.localPath(`${folder}/${name}`);
      try {
        return statSync(path, { throwIfNoEntry: false })?.size;
      } catch (error) {
        throw fileError(error, 'read', path);
      }
    });
  }

  async delete(key: string): Promise<void> {
    await this.#remove(this.localPath(key), false);
  }

  async deleteFolder(folder: string): Promise<void> {
    await this.#remove(this.localPath(folder), true);
  }

  async adopt(files: readonly FinishedFile[]): Promise<void> {
    const folders = new Set<string>();
    for (const { from, key } of files) {
      const path = await this.#placeFor(key);
      try {
        await syncFile(from);
        renameSync(from, path);
      } catch (error) {
        throw fileError(error, `move ${from} to`, path);
      }
      folders.add(dirname(path));
    }
    for (const folder of folders) await syncFolder(folder);
  }

  /** On the same file system as the rest of the lake, so that `adopt` only renames. */
  async scratchFolder(folder: string): Promise<string> {
    const path = this.localPath(folder);
    try {
      this.#contain(path);
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw fileError(error, 'make the folder', path);
    }
    return path;
  }

  readonly staging = this;

  localPath(key: string): string {
    return join(this.#root, checkKey(key));
  }

  place(key: string): string {
    return this.localPath(key);
  }

  /** The path of a key whose folder exists, durably, inside the root. */
  async #placeFor(key: string): Promise<string> {
    const path = this.localPath(key);
    try {
      this.#contain(dirname(path));
      const made = mkdirSync(dirname(path), { recursive: true });
      if (made !== undefined) await syncNewFolders(made, dirname(path));
    } catch (error) {
      throw fileError(error, 'make the folder of', path);
    }
    return path;
  }

  async #remove(path: string, recursive: boolean): Promise<void> {
    try {
      this.#contain(dirname(path));
      rmSync(path, { recursive, force: true });
    } catch (error) {
      throw fileError(error, 'delete', path);
    }
  }

  /** Follows every symbolic link of a path, as far as it exists, and refuses where that leaves the root. */
  #contain(path: string): void {
    // As long as the root is not there, its own place is found anew each time.
    this.#realRoot ??= existsSync(this.#root) ? realpathSync.native(this.#root) : undefined;
    const root = this.#realRoot ?? realpathOfExisting(this.#root);
    const real = realpathOfExisting(path);
    if (real === root || real.startsWith(root + sep)) return;
    throw new LakeError('LK6006', `${path} leads out of the lake, to ${real}`, {
      hint: 'Remove the symbolic link: everything in a lake lies below its root.',
    });
  }
}

const temporaryBeside = (path: string): string => join(dirname(path), `.${randomUUID()}.tmp`);

function readRange(path: string, range: ByteRange): Buffer {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const from = 'last' in range ? Math.max(0, size - range.last) : Math.min(range.from, size);
    const end = 'last' in range || range.to === undefined ? size : Math.min(range.to + 1, size);
    const bytes = Buffer.alloc(Math.max(0, end - from));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
  } finally {
    closeSync(file);
  }
}

async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, content);
    await sync(file);
  } finally {
    closeSync(file);
  }
}

async function syncFile(path: string): Promise<void> {
  const file = openSync(path, 'r');
  try {
    await sync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the names in a folder survive a power cut, as `fsync` of a file makes its bytes. */
const syncFolder = syncFile;

/** `first` is the topmost folder that was made: its own name stands in its parent. */
async function syncNewFolders(first: string, last: string): Promise<void> {
  for (let folder = last; folder.length >= first.length; folder = dirname(folder))
    await syncFolder(dirname(folder));
}

/** A temporary file that stays behind does no harm: names that start with a dot are invisible to every reader. */
function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {}
}

function realpathOfExisting(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (!isAbsent(error) || dirname(path) === path) throw error;
    return realpathOfExisting(dirname(path));
  }
}

const isAbsent = (error: unknown): boolean => errno(error) === 'ENOENT';

/** File systems without hard links (FAT, some network shares) answer EPERM or ENOTSUP to `link`, and to nothing else. */
function linkError(error: unknown, path: string, bytes: number): LakeError {
  const isLink = error instanceof Error && 'syscall' in error && error.syscall === 'link';
  const cannot = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errno(error) ?? '');
  if (!isLink || !cannot) return fileError(error, `write ${bytes} bytes to`, path);
  return new LakeError(
    'LK6008',
    `the file system of ${path} has no hard links, so that two runs could overwrite each other`,
    {
      hint: 'Keep the lake on a local disk (ext4, xfs, btrfs, APFS, NTFS).',
      cause: error,
    },
  );
}
