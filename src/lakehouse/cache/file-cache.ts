/**
 * Files of object stores on this machine. They are immutable, so that one which has the length that it was written with is
 * the one. What was written or read last stays longest.
 */
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import { errno, fileError } from '../stores/file-error.js';
import { cachedFiles } from './cached-files.js';
import { newIncoming, sweepIncoming } from './incoming.js';

export interface FileCacheOptions {
  /** Absolute; several lakes may share it. */
  readonly folder: string;
  /** Files beyond it are deleted, the longest unused first. */
  readonly maxBytes: number;
}

/** Writes a new file, and tells its bytes; undefined when there is nothing to write. */
export type Fetch = (to: string) => Promise<number | undefined>;

/** Another process may be reading what was used so short ago. */
const recentMs = 10 * 60_000;
/** After clearing up there is room for a while. */
const fullShare = 0.9;

export class FileCache {
  readonly #options: FileCacheOptions;
  readonly #held = new Map<string, number>();
  readonly #coming = new Map<string, Promise<void>>();
  /** Used by this process alone, as far as it knows. */
  readonly #own = new Set<string>();
  /** Bytes of all files; undefined before they were counted. */
  #bytes: number | undefined;
  /** Whether this process has looked for what others left. */
  #swept = false;

  constructor(options: FileCacheOptions) {
    this.#options = options;
  }

  /** Files that stay until released, whatever the limit. */
  hold(paths: readonly string[]): () => void {
    for (const path of paths) this.#held.set(path, (this.#held.get(path) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      for (const path of paths) {
        const left = this.#held.get(path)! - 1;
        if (left > 0) this.#held.set(path, left);
        else this.#held.delete(path);
      }
    };
  }

  /** A file that this machine has just uploaded. */
  take(from: string, path: string, bytes: number): void {
    this.#place(from, path);
    this.#grow(bytes);
  }

  /** A file whose object is about to be deleted. */
  drop(path: string): void {
    discard(path);
    this.#own.delete(path);
  }

  /**
   * Makes sure that a file is there.
   * @param bytes Its length, where that is known: another one is fetched anew.
   * @throws LakeError LK6019 when it is gone from the store, or is not as long as it was written; whatever `fetch` throws.
   */
  async bring(path: string, bytes: number | undefined, fetch: Fetch): Promise<void> {
    const coming = this.#coming.get(path);
    if (coming !== undefined) return coming;
    if (this.#use(path, bytes)) return;
    const work = this.#fetch(path, bytes, fetch).finally(() => this.#coming.delete(path));
    this.#coming.set(path, work);
    return work;
  }

  #use(path: string, bytes: number | undefined): boolean {
    try {
      const { size } = statSync(path);
      if (bytes !== undefined && size !== bytes) return false;
      const now = new Date();
      utimesSync(path, now, now);
      this.#own.add(path);
      return true;
    } catch (error) {
      if (errno(error) === 'ENOENT') return false;
      throw fileError(error, 'read', path);
    }
  }

  async #fetch(path: string, bytes: number | undefined, fetch: Fetch): Promise<void> {
    const { folder } = this.#options;
    if (!this.#swept) sweepIncoming(folder);
    this.#swept = true;
    const to = newIncoming(folder);
    try {
      this.#folder(dirname(to));
      const came = await fetch(to);
      if (came === undefined || (bytes !== undefined && came !== bytes)) throw lost(path, bytes, came);
      this.#place(to, path);
      this.#grow(came);
    } finally {
      discard(to);
    }
  }

  #place(from: string, path: string): void {
    this.#folder(dirname(path));
    try {
      renameSync(from, path);
    } catch (error) {
      throw fileError(error, `move ${from} to`, path);
    }
    this.#own.add(path);
  }

  #folder(path: string): void {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw fileError(error, 'make the folder', path);
    }
  }

  #grow(bytes: number): void {
    const { folder, maxBytes } = this.#options;
    if (this.#bytes === undefined)
      this.#bytes = cachedFiles(folder).reduce((sum, file) => sum + file.bytes, 0);
    else this.#bytes += bytes;
    if (this.#bytes > maxBytes) this.#clearUp();
  }

  /** Other processes use the folder, too: it is counted anew. */
  #clearUp(): void {
    const { folder, maxBytes } = this.#options;
    const files = cachedFiles(folder).sort((a, b) => a.usedAt - b.usedAt);
    let left = files.reduce((sum, file) => sum + file.bytes, 0);
    const recent = Date.now() - recentMs;
    for (const { path, bytes, usedAt } of files) {
      if (left <= maxBytes * fullShare) break;
      if (this.#held.has(path) || (usedAt > recent && !this.#own.has(path))) continue;
      discard(path);
      this.#own.delete(path);
      left -= bytes;
    }
    this.#bytes = left;
  }
}

/** What cannot be deleted stands in nobody's way. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

function lost(path: string, bytes: number | undefined, came: number | undefined): LakeError {
  const what = came === undefined ? 'is gone' : `has ${came} bytes instead of ${bytes}`;
  const name = path.split(/[\\/]objects[\\/]/).at(-1)!;
  return new LakeError('LK6019', `a file of the lake ${what}: ${name}`, {
    hint: 'Restore it in the bucket, or build its table again: `lake build --full-refresh --select <table>`.',
    details: { file: name, bytes, came },
  });
}
