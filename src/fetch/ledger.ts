import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DecodeHint } from '../sources/types.js';
import { spoolError } from './body-sinks.js';

/** One finished body: enough to use it again without asking the portal. */
export interface LedgerEntry {
  readonly part: string;
  readonly request: string;
  /** SHA-256 of what was asked: method, address, headers and body. */
  readonly asked: string;
  /** What the portal said of the part's data then (`PartFetch.revision`); absent where it says nothing. */
  readonly revision?: string;
  readonly url: string;
  /** Relative to the ledger's folder, with `/`; for people. */
  readonly file: string;
  readonly bytes: number;
  readonly wireBytes: number;
  readonly sha256: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly status: number;
  /** Target of the answer's Link header with rel=next. */
  readonly next?: string;
  /** CSV: how it ends, see `SpoolFile`. */
  readonly ending?: 'line' | 'framed' | 'open';
  /** What the bytes are. */
  readonly format?: DecodeHint['format'];
}

/** A line that takes back every entry of a part before it. */
interface Forgotten {
  readonly part: string;
  readonly forgotten: true;
}

/**
 * The list of finished bodies of one dataset: one line of JSON each, written only after the body itself is durable.
 * Lines that arrive while one write is being made durable share the next, so thousands of small files stay cheap. What
 * an earlier run wrote is read when it is first asked for; a line that was cut when that run was killed counts as none.
 */
export class Ledger {
  readonly path: string;
  #known: Promise<Map<string, Map<string, LedgerEntry>>> | undefined;
  #file: Promise<FileHandle> | undefined;
  #waiting: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #scheduled: Promise<void> | undefined;
  #checking: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  /** The newest entry of a request that an earlier run, or this one, made. @throws LakeError LK3117 */
  async find(part: string, request: string): Promise<LedgerEntry | undefined> {
    this.#known ??= this.#read();
    return (await this.#known).get(part)?.get(request);
  }

  /** Resolves when the entry is on the disk. @throws LakeError LK3117 */
  append(entry: LedgerEntry): Promise<void> {
    return this.#write(entry);
  }

  /** Takes back what is known of a part: none of its bodies is used again. @throws LakeError LK3117 */
  async forget(part: string): Promise<void> {
    this.#known ??= this.#read();
    if ((await this.#known).delete(part)) await this.#write({ part, forgotten: true });
  }

  /** Runs checks of bodies one after the other: thousands of parts begin at once, and each would hold a file open. */
  inTurn<T>(check: () => Promise<T>): Promise<T> {
    const turn = this.#checking.then(check, check);
    this.#checking = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    const file = await this.#file?.catch(() => undefined);
    await file?.close();
  }

  async #read(): Promise<Map<string, Map<string, LedgerEntry>>> {
    const known = new Map<string, Map<string, LedgerEntry>>();
    for (const line of (await this.#text()).split('\n')) {
      const entry = readLine(line);
      if (entry === undefined) continue;
      if ('forgotten' in entry) known.delete(entry.part);
      else known.set(entry.part, (known.get(entry.part) ?? new Map()).set(entry.request, entry));
    }
    return known;
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw spoolError(error as NodeJS.ErrnoException, this.path, { doing: 'read' });
    }
  }

  #write(line: LedgerEntry | Forgotten): Promise<void> {
    this.#waiting.push(`${JSON.stringify(line)}\n`);
    this.#scheduled ??= this.#writing = this.#writing.then(() => this.#writeWaiting());
    return this.#scheduled;
  }

  async #writeWaiting(): Promise<void> {
    this.#scheduled = undefined;
    const lines = this.#waiting.join('');
    this.#waiting = [];
    try {
      this.#file ??= openToAppend(this.path);
      const file = await this.#file;
      await file.appendFile(lines);
      await file.datasync();
    } catch (error) {
      throw spoolError(error as NodeJS.ErrnoException, this.path, { bytes: lines.length });
    }
  }
}

/** A killed run may have left half a line: what follows begins on a line of its own. */
async function openToAppend(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+', 0o600);
  const { size } = await file.stat();
  if (size === 0) return file;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] !== 0x0a) await file.appendFile('\n');
  return file;
}

function readLine(line: string): LedgerEntry | Forgotten | undefined {
  let value: Partial<LedgerEntry & Forgotten> | null;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value?.part !== 'string') return undefined;
  if (value.forgotten === true) return { part: value.part, forgotten: true };
  const { request, asked, sha256, bytes } = value;
  const texts = [request, asked, sha256].every((text) => typeof text === 'string');
  return texts && Number.isSafeInteger(bytes) ? (value as LedgerEntry) : undefined;
}
