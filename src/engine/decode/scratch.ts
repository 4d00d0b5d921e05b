/** A task's own folder for what it rewrites: the names are the tool's, never those of a file or its part. */
import { join } from 'node:path';

export class Scratch {
  readonly folder: string;
  #files = 0;
  readonly #origins = new Map<string, string>();
  /** Files whose names are the tool's own → what messages call them. */
  readonly names = new Map<string, string>();

  /** @param folder Absolute; it exists. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Absolute path of a file that is not there yet.
   * @param of The file that it is made from.
   */
  path(ending: string, of?: string): string {
    const path = join(this.folder, `${this.#files++}.${ending}`);
    if (of !== undefined) this.#origins.set(path, this.originOf(of));
    return path;
  }

  /** Files that were made from others. */
  get made(): readonly string[] {
    return [...this.#origins.keys()];
  }

  /** What a file was made from at first; itself where it was not made here. */
  originOf(path: string): string {
    return this.#origins.get(path) ?? path;
  }
}
