/** A task's own folder for what it rewrites: the names are the tool's, never those of a file or its part. */
import { join } from 'node:path';

export class Scratch {
  readonly folder: string;
  #files = 0;

  /** @param folder Absolute; it exists. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Absolute path of a file that is not there yet. */
  path(ending: string): string {
    return join(this.folder, `${this.#files++}.${ending}`);
  }
}
