/** A file as it is, with validators that are true: a strong ETag over the bytes, and the time they changed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { SourceFile } from '../types.js';
import type { Exchange, Validators } from './exchange.js';

/** Remembers hashes, not bytes: a second look at an unchanged file costs one read when its body is wanted. */
export class FileHashes {
  private readonly known = new Map<
    string,
    { readonly bytes: number; readonly modified: number; readonly etag: string }
  >();

  /** The file's strong ETag, with quotes. */
  async etagOf(file: SourceFile): Promise<string> {
    const known = this.known.get(file.path);
    if (known !== undefined && known.bytes === file.bytes && known.modified === file.modified)
      return known.etag;
    const hash = createHash('sha256');
    await pipeline(createReadStream(file.path), hash);
    const etag = `"${hash.digest('hex')}"`;
    this.known.set(file.path, { bytes: file.bytes, modified: file.modified, etag });
    return etag;
  }
}

/**
 * Answers GET and HEAD of a file: 304 where the client has it, 206 for one range of bytes (RFC 9110 §14), 416 for a
 * range beyond the end. Several ranges at once, and ranges of another version, get the whole file.
 */
export async function serveFile(
  exchange: Exchange,
  file: SourceFile,
  hashes: FileHashes,
  headers: Readonly<Record<string, string>>,
  lastModified?: Date,
): Promise<void> {
  const etag = await hashes.etagOf(file);
  const all: Record<string, string> = { ...headers, etag, 'accept-ranges': 'bytes' };
  if (lastModified !== undefined) all['last-modified'] = lastModified.toUTCString();
  if (exchange.isUnchanged({ etag, lastModified })) return exchange.send(304, all, '');
  const range = sameVersion(exchange, { etag, lastModified })
    ? rangeOf(exchange.header('range'), file.bytes)
    : undefined;
  if (range === 'beyond') {
    return exchange.send(416, { ...all, 'content-range': `bytes */${file.bytes}` }, '');
  }
  const { first, last } = range ?? { first: 0, last: file.bytes - 1 };
  const length = last - first + 1;
  all['content-length'] = String(length);
  if (range !== undefined) all['content-range'] = `bytes ${first}-${last}/${file.bytes}`;
  const blocks = blocksOf(file.path, first, last);
  // As one buffer a compressed body has a length as well; larger files are compressed as they come.
  const body = length <= bufferedBytes ? await buffer(blocks) : blocks;
  await exchange.send(range === undefined ? 200 : 206, all, body);
}

const bufferedBytes = 4 * 1024 * 1024;

/** Opens the file when its first block is wanted. */
async function* blocksOf(path: string, first: number, last: number): AsyncGenerator<Buffer> {
  if (first <= last) yield* createReadStream(path, { start: first, end: last, highWaterMark: 256 * 1024 });
}

/** True when If-Range lets a range through: there is none, or it names these very bytes. A weak ETag never does. */
function sameVersion(exchange: Exchange, { etag, lastModified }: Validators): boolean {
  const wanted = exchange.header('if-range')?.trim();
  if (wanted === undefined) return true;
  if (exchange.distortion.etag !== undefined) return false;
  return wanted === etag || (lastModified !== undefined && wanted === lastModified.toUTCString());
}

/** First and last byte of `bytes=…`; undefined for what is to be ignored. */
function rangeOf(
  header: string | undefined,
  size: number,
): { readonly first: number; readonly last: number } | 'beyond' | undefined {
  const [, from = '', to = ''] = /^\s*bytes=(\d*)-(\d*)\s*$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const suffix = Number(to);
    return suffix === 0 || size === 0 ? 'beyond' : { first: Math.max(0, size - suffix), last: size - 1 };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return undefined;
  if (first >= size) return 'beyond';
  return { first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
