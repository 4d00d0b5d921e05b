import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsync, openSync, writevSync } from 'node:fs';
import { Writable } from 'node:stream';
import { LakeError } from '../errors/lake-error.js';

/** Bytes from the start of a body that are kept in memory, to judge what it is. */
const headBytes = 64 * 1024;
/** Bytes that are gathered before they are written at one go; larger writes cost more in the page cache, not less. */
const blockBytes = 128 * 1024;

/** The end of a body's way. `head` and `bytes` tell afterwards what came. */
export abstract class BodySink extends Writable {
  /** Decompressed bytes so far. */
  bytes = 0;
  #head: Buffer[] = [];
  #headSize = 0;

  constructor(highWaterMark: number) {
    super({ highWaterMark, autoDestroy: false, decodeStrings: false });
  }

  /** The first 64 KiB, or all of a shorter body. */
  get head(): Buffer {
    return Buffer.concat(this.#head).subarray(0, headBytes);
  }

  protected count(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.#headSize >= headBytes) return;
    this.#head.push(chunk);
    this.#headSize += chunk.length;
  }
}

/** Holds a small document in memory. Beyond `maxBytes` it fails, or with `truncate` forgets the rest. */
export class MemorySink extends BodySink {
  readonly #maxBytes: number;
  readonly #truncate: boolean;
  readonly #chunks: Buffer[] = [];

  constructor(maxBytes: number, truncate = false) {
    super(1024 * 1024);
    this.#maxBytes = maxBytes;
    this.#truncate = truncate;
  }

  get text(): string {
    return new TextDecoder().decode(Buffer.concat(this.#chunks));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.count(chunk);
    const fits = this.bytes <= this.#maxBytes;
    if (fits) this.#chunks.push(chunk);
    done(fits || this.#truncate ? undefined : tooLarge(this.#maxBytes));
  }
}

/**
 * Writes a body to a file and hashes it on the way, block by block. The writes are synchronous: into the page cache a
 * block takes 30 µs, handing it to a thread costs four times as much. Only making it durable is waited for.
 * @throws LakeError LK3117 when the file cannot be written, LK3116 beyond `maxBytes`.
 */
export class SpoolSink extends BodySink {
  readonly path: string;
  /** Called after every block that is written. */
  onBlock: (() => void) | undefined;
  readonly #maxBytes: number;
  readonly #hash: Hash = createHash('sha256');
  #fd: number | undefined;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(path: string, maxBytes: number) {
    super(1024 * 1024);
    this.path = path;
    this.#maxBytes = maxBytes;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.count(chunk);
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.bytes > this.#maxBytes) done(tooLarge(this.#maxBytes));
    else done(this.#pendingBytes < blockBytes ? undefined : this.#flush());
  }

  override _final(done: (error?: Error) => void): void {
    done(this.#flush());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#close();
    done(error);
  }

  /** Makes the finished file durable, closes it and returns its SHA-256 in hex. */
  settle(): Promise<string> {
    return new Promise((resolve, reject) => {
      fsync(this.#fd!, (error) => {
        this.#close();
        if (error) reject(spoolError(error, this.path, this.bytes));
        else resolve(this.#hash.digest('hex'));
      });
    });
  }

  #flush(): LakeError | undefined {
    let blocks = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    for (const block of blocks) this.#hash.update(block);
    try {
      this.#fd ??= openSync(this.path, 'w', 0o600);
      while (blocks.length > 0) blocks = without(blocks, writevSync(this.#fd, blocks));
    } catch (error) {
      return spoolError(error as NodeJS.ErrnoException, this.path, this.bytes);
    }
    this.onBlock?.();
    return undefined;
  }

  #close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }
}

/** What a short write left over. */
function without(blocks: Buffer[], written: number): Buffer[] {
  let skip = written;
  return blocks.flatMap((block) => {
    const rest = block.subarray(Math.min(skip, block.length));
    skip -= block.length - rest.length;
    return rest.length === 0 ? [] : [rest];
  });
}

/** A spool file that cannot be written, in a sentence. */
export function spoolError(error: NodeJS.ErrnoException, path: string, bytes?: number): LakeError {
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return new LakeError(
    'LK3117',
    full ? `The disk is full: cannot write ${path}` : `Cannot write ${path}: ${error.code ?? error.message}`,
    {
      hint: full
        ? 'Free some space and run the same command again; published tables are untouched'
        : undefined,
      details: { path, ...(bytes === undefined ? {} : { bytes }) },
      cause: error,
    },
  );
}

function tooLarge(maxBytes: number): LakeError {
  return new LakeError(
    'LK3116',
    `The body is larger than ${Math.round(maxBytes / 1024 ** 2).toLocaleString('en')} MiB`,
    {
      details: { maxBytes },
    },
  );
}
