/** The folders of a local lake: none leads out of it, each is looked at once, and their names are made durable together. */
import { lstatSync, mkdirSync, realpathSync, rmdirSync, type Stats, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import { syncFile } from './durable-files.js';
import { errno } from './file-error.js';

export class LakeFolders {
  readonly #root: string;
  /** Real folders, or links to folders inside the root. */
  readonly #known = new Set<string>();
  readonly #made = new Set<string>();
  /** Folders that got a folder whose name may not survive a power cut yet → which change that was. */
  readonly #unsynced = new Map<string, number>();
  #changes = 0;

  /** @param root Absolute; may be a symbolic link. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Whether there is such a folder or file, at the root or below. @throws LakeError LK6006 where it, or a folder above it, leads out. */
  has(path: string): boolean {
    if (this.#known.has(path)) return true;
    if (path !== this.#root && !this.has(dirname(path))) return false;
    const found = this.#look(path);
    if (found?.isDirectory()) this.#known.add(path);
    return found !== undefined;
  }

  /** Makes a folder with all above it that are missing. @throws LakeError LK6006; what the system throws. */
  make(folder: string): void {
    const above = dirname(folder);
    // What was made just now is empty: the system tells where it is not.
    if (this.#known.has(folder) || (!this.#made.has(above) && this.has(folder))) return;
    if (folder === this.#root) {
      const first = mkdirSync(folder, { recursive: true }) ?? '';
      for (let made = folder; first !== '' && made.length >= first.length; made = dirname(made))
        this.#changed(dirname(made));
      return;
    }
    this.make(above);
    try {
      mkdirSync(folder);
      this.#changed(above);
      this.#known.add(folder);
      this.#made.add(folder);
    } catch (error) {
      // Another process made it, or took away the one above it, which was empty.
      if (errno(error) === 'EEXIST' && this.has(folder)) return;
      if (errno(error) !== 'ENOENT' || !this.#known.has(above)) throw error;
      this.#forget(above);
      this.make(folder);
    }
  }

  /** Removes folders above a path that was deleted, as far up as they are empty. */
  prune(path: string): void {
    for (const known of this.#known) if (known === path || known.startsWith(path + sep)) this.#forget(known);
    try {
      for (let folder = dirname(path); folder !== this.#root; folder = dirname(folder)) {
        rmdirSync(folder);
        this.#forget(folder);
      }
    } catch {
      // Something lies in it.
    }
  }

  /** These folders' names of files, and the names of all folders on the way to them and to `others`, survive a power cut then. */
  async sync(folders: Iterable<string>, others: Iterable<string> = []): Promise<void> {
    const all = new Set(folders);
    for (const folder of [...all, ...others]) for (const above of this.#unsyncedAbove(folder)) all.add(above);
    await Promise.all(
      [...all].map(async (folder) => {
        const change = this.#unsynced.get(folder);
        await syncFile(folder);
        // A folder that was made in it meanwhile is another change.
        if (this.#unsynced.get(folder) === change) this.#unsynced.delete(folder);
      }),
    );
  }

  /** @throws LakeError LK6006 where a symbolic link leads out of the lake. */
  refuseOutside(path: string): void {
    const [root, real] = [realpathSync.native(this.#root), realpathSync.native(path)];
    if (real === root || real.startsWith(root + sep)) return;
    throw new LakeError('LK6006', `${path} leads out of the lake, to ${real}`, {
      hint: 'Remove the symbolic link: everything in a lake lies below its root.',
    });
  }

  #forget(folder: string): void {
    this.#known.delete(folder);
    this.#made.delete(folder);
  }

  #look(path: string): Stats | undefined {
    if (path === this.#root) return statSync(path, { throwIfNoEntry: false });
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found?.isSymbolicLink()) return found;
    const target = statSync(path, { throwIfNoEntry: false });
    if (target) this.refuseOutside(path);
    return target;
  }

  #changed(folder: string): void {
    this.#changes += 1;
    this.#unsynced.set(folder, this.#changes);
  }

  *#unsyncedAbove(folder: string): Iterable<string> {
    if (this.#unsynced.size === 0) return;
    for (let below = folder, above = dirname(below); above !== below; below = above, above = dirname(below))
      if (this.#unsynced.has(above)) yield above;
  }
}
