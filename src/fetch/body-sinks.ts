import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsync, ftruncateSync, openSync, writevSync } from 'node:fs';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { LakeError } from '../errors/lake-error.js';
import { BodyTooLarge } from './body-too-large.js';

/** Bytes from the start of a body that are kept in memory, to judge what it is. */
const headBytes = 64 * 1024;
/** Bytes that are gathered before they are written at one go; larger writes cost more in the page cache, not less. */
const blockBytes = 128 * 1024;

/** The end of a body's way. `head` and `bytes` tell afterwards what came. */
export abstract class BodySink extends Writable {
  /** Decompressed bytes so far. */
  bytes = 0;
  /** True once bytes were unpacked on their way: what came over the wire is not what is here. */
  unpacked = false;
  /** True for the rest of a body whose beginning is here: its bytes are taken as they come. */
  readonly continued: boolean;
  #head: Buffer[] = [];
  #headSize = 0;

  constructor(highWaterMark: number, before?: BodySink) {
    super({ highWaterMark, autoDestroy: false, decodeStrings: false });
    this.continued = before !== undefined;
    if (before === undefined) return;
    this.bytes = before.bytes;
    this.#head = [before.head];
    this.#headSize = this.#head[0]!.length;
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

/** A portal's description of its data: nothing in a manifest raises this bound. */
const beyondDocument =
  'Nothing that describes data is that long: name one `resource: {id:}` or the address of the file itself under source';

/** What a body that is only looked into may bring beyond what is kept of it. */
const forgettableBytes = 1024 * 1024;

/** Holds a small document in memory. Beyond `maxBytes` it fails, or with `truncate` forgets a rest of up to 1 MiB. */
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
    const bound = this.#truncate ? this.#maxBytes + forgettableBytes : this.#maxBytes;
    done(this.bytes <= bound ? undefined : tooLarge(bound, beyondDocument));
  }
}

/**
 * Writes a body to a file and hashes it on the way, block by block. The writes are synchronous: into the page cache a
 * block takes 30 µs, handing it to a thread costs four times as much. Only making it durable is waited for.
 * With `before`, the sink of a try that broke off, it goes on where that one ended, hash included.
 * @throws LakeError LK3117 when the file cannot be written, BodyTooLarge beyond `maxBytes`.
 */
export class SpoolSink extends BodySink {
  readonly path: string;
  /** Called after every block that is written. */
  onBlock: (() => void) | undefined;
  readonly #maxBytes: number;
  readonly #hash: Hash;
  #fd: number | undefined;
  /** Bytes in the file. */
  #written: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(path: string, maxBytes: number, before?: SpoolSink) {
    super(1024 * 1024, before);
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#hash = before === undefined ? createHash('sha256') : before.#hash.copy();
    this.#written = before === undefined ? 0 : before.#written;
  }

  /** Bytes that the rest of the body can follow, once the sink is closed; 0 where they are not those of the wire. */
  get resumableBytes(): number {
    return this.unpacked || this.#written !== this.bytes ? 0 : this.#written;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.count(chunk);
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.bytes > this.#maxBytes)
      done(tooLarge(this.#maxBytes, 'If it may be that large, raise max_bytes of the portal in project.yml'));
    else done(this.#pendingBytes < blockBytes ? undefined : this.#flush());
  }

  override _final(done: (error?: Error) => void): void {
    done(this.#flush());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // What came before the body broke off need not come again.
    if (error !== null) this.#flush();
    this.#close();
    done(error);
  }

  /** Makes the finished file durable, closes it and returns its SHA-256 in hex. */
  settle(): Promise<string> {
    return new Promise((resolve, reject) => {
      fsync(this.#fd!, (error) => {
        this.#close();
        if (error) reject(spoolError(error, this.path, { bytes: this.bytes }));
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
      this.#fd ??= this.#open();
      while (blocks.length > 0) {
        const written = writevSync(this.#fd, blocks, this.#written);
        this.#written += written;
        blocks = without(blocks, written);
      }
    } catch (error) {
      return spoolError(error as NodeJS.ErrnoException, this.path, { bytes: this.bytes - this.#written });
    }
    this.onBlock?.();
    return undefined;
  }

  #open(): number {
    if (!this.continued) return openSync(this.path, 'w', 0o600);
    const fd = openSync(this.path, 'r+');
    ftruncateSync(fd, this.#written);
    return fd;
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

/** Why a file of the spool could not be written, and what helps; other reasons stand by their system name. */
const reasons: Readonly<Record<string, { readonly said: string; readonly hint: string }>> = {
  ENOSPC: {
    said: 'the disk is full',
    hint: 'Free some space and run the same command again; published tables are untouched',
  },
  EDQUOT: {
    said: 'the disk quota is used up',
    hint: 'Free some space and run the same command again; published tables are untouched',
  },
  EFBIG: {
    said: 'files may not grow that large here',
    hint: 'Raise the limit (`ulimit -f`) or the file system’s; published tables are untouched',
  },
  EMFILE: {
    said: 'too many files are open',
    hint: 'Raise the limit (`ulimit -n`) or lower `concurrency` of the portals in project.yml',
  },
  EACCES: { said: 'permission denied', hint: 'Give yourself the right to write into target/' },
  EROFS: { said: 'the file system is read-only', hint: 'Run in a folder that can be written' },
};

/**
 * A file of the spool that cannot be used, in a sentence.
 * @param about `bytes`: how many were to be written.
 */
export function spoolError(
  error: NodeJS.ErrnoException,
  path: string,
  about: { readonly bytes?: number; readonly doing?: 'write' | 'read' } = {},
): LakeError {
  const { bytes, doing = 'write' } = about;
  const { said, hint } = reasons[error.code ?? ''] ?? {
    said: error.code ?? error.message,
    hint: `See what the system says of ${dirname(path)}, or delete target/spool and run the same command again`,
  };
  const what = bytes === undefined ? path : `${bytes.toLocaleString('en')} bytes to ${path}`;
  return new LakeError('LK3117', `Cannot ${doing} ${what}: ${said}`, {
    hint,
    details: { path, ...(bytes === undefined ? {} : { bytes }) },
    cause: error,
  });
}

function tooLarge(maxBytes: number, hint: string): BodyTooLarge {
  const mebibytes = maxBytes / 1024 ** 2;
  const size =
    mebibytes < 1
      ? `${maxBytes.toLocaleString('en')} bytes`
      : `${Math.round(mebibytes).toLocaleString('en')} MiB`;
  return new BodyTooLarge(`is larger than ${size}`, hint, { maxBytes });
}
