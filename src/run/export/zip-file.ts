/**
 * Writes a ZIP archive from front to back, each member as it comes.
 * Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3
 */
import type { Writable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/** Sizes and checksum stand behind a member's bytes; names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1 January 1980: equal content makes equal files. */
const DAY = 0x21;
const LONGEST = 0xffff_ffff;

interface Member {
  readonly name: Buffer;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** @throws Error when the archive grows beyond 4 GiB, which needs another layout. */
export class ZipFile {
  readonly #to: Writable;
  readonly #members: Member[] = [];
  #at = 0;

  constructor(to: Writable) {
    this.#to = to;
  }

  async add(path: string, content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const name = Buffer.from(path);
    const at = this.#at;
    await this.#write(
      header(
        [0x04034b50, 4],
        [20, 2],
        [FLAGS, 2],
        [DEFLATED, 2],
        [0, 2],
        [DAY, 2],
        [0, 4],
        [0, 4],
        [0, 4],
        [name.length, 2],
        [0, 2],
      ),
      name,
    );
    let [crc, size] = [0, 0];
    const start = this.#at;
    const deflate = createDeflateRaw();
    const fed = (async () => {
      try {
        for await (const chunk of content) {
          crc = crc32(chunk, crc);
          size += chunk.length;
          if (!deflate.write(chunk)) await new Promise((resolve) => deflate.once('drain', resolve));
        }
        deflate.end();
      } catch (error) {
        deflate.destroy(error as Error);
      }
    })();
    for await (const chunk of deflate) await this.#write(chunk as Buffer);
    await fed;
    const packed = this.#at - start;
    if (size > LONGEST || this.#at > LONGEST) throw new Error('the archive is larger than 4 GiB');
    await this.#write(header([0x08074b50, 4], [crc, 4], [packed, 4], [size, 4]));
    this.#members.push({ name, crc, packed, size, at });
  }

  async end(): Promise<void> {
    const at = this.#at;
    for (const { name, crc, packed, size, at: from } of this.#members) {
      await this.#write(
        header(
          [0x02014b50, 4],
          [20, 2],
          [20, 2],
          [FLAGS, 2],
          [DEFLATED, 2],
          [0, 2],
          [DAY, 2],
          [crc, 4],
          [packed, 4],
          [size, 4],
          [name.length, 2],
          [0, 2],
          [0, 2],
          [0, 2],
          [0, 2],
          [0, 4],
          [from, 4],
        ),
        name,
      );
    }
    const count = this.#members.length;
    await this.#write(
      header([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [this.#at - at, 4], [at, 4], [0, 2]),
    );
  }

  async #write(...chunks: readonly Buffer[]): Promise<void> {
    for (const chunk of chunks) {
      this.#at += chunk.length;
      if (!this.#to.write(chunk)) await new Promise((resolve) => this.#to.once('drain', resolve));
    }
  }
}

/** Numbers of two or four bytes, little-endian. */
function header(...fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields)
    at = bytes === 2 ? buffer.writeUInt16LE(value, at) : buffer.writeUInt32LE(value, at);
  return buffer;
}
