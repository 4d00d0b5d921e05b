import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { spoolError } from './body-sinks.js';

/** One finished body: enough to use it again without asking the portal. */
export interface LedgerEntry {
  readonly part: string;
  readonly request: string;
  readonly url: string;
  /** Relative to the ledger's folder, with `/`. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly status: number;
}

/**
 * The list of finished bodies of one dataset: one line of JSON each, written only after the body itself is durable.
 * Lines that arrive while one write is being made durable share the next, so thousands of small files stay cheap.
 */
export class Ledger {
  readonly path: string;
  #file: Promise<FileHandle> | undefined;
  #waiting: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #scheduled: Promise<void> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Resolves when the entry is on the disk. @throws LakeError LK3117 */
  append(entry: LedgerEntry): Promise<void> {
    this.#waiting.push(`${JSON.stringify(entry)}\n`);
    this.#scheduled ??= this.#writing = this.#writing.then(() => this.#writeWaiting());
    return this.#scheduled;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    const file = await this.#file?.catch(() => undefined);
    await file?.close();
  }

  async #writeWaiting(): Promise<void> {
    this.#scheduled = undefined;
    const lines = this.#waiting.join('');
    this.#waiting = [];
    try {
      this.#file ??= mkdir(dirname(this.path), { recursive: true }).then(() => open(this.path, 'a', 0o600));
      const file = await this.#file;
      await file.appendFile(lines);
      await file.datasync();
    } catch (error) {
      throw spoolError(error as NodeJS.ErrnoException, this.path, lines.length);
    }
  }
}
