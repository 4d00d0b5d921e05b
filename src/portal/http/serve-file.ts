/** A file as it is, with validators that are true: a strong ETag over the bytes, and the time they changed. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SourceFile } from '../types.js';
import type { Exchange } from './exchange.js';

/** Remembers hashes, not bytes: a second look at an unchanged file costs one read when its body is wanted. */
export class FileHashes {
  private readonly known = new Map<
    string,
    { readonly bytes: number; readonly modified: number; readonly etag: string }
  >();

  async etagOf(file: SourceFile): Promise<string> {
    const known = this.known.get(file.path);
    if (known !== undefined && known.bytes === file.bytes && known.modified === file.modified)
      return known.etag;
    const etag = `"${createHash('sha256')
      .update(await readFile(file.path))
      .digest('hex')}"`;
    this.known.set(file.path, { bytes: file.bytes, modified: file.modified, etag });
    return etag;
  }
}

/** Answers GET and HEAD of a file, with 304 where the client has it. */
export async function serveFile(
  exchange: Exchange,
  file: SourceFile,
  hashes: FileHashes,
  headers: Readonly<Record<string, string>>,
  lastModified?: Date,
): Promise<void> {
  const etag = await hashes.etagOf(file);
  const all: Record<string, string> = { ...headers, etag };
  if (lastModified !== undefined) all['last-modified'] = lastModified.toUTCString();
  if (exchange.isUnchanged({ etag, lastModified })) return exchange.send(304, all, '');
  await exchange.send(200, all, await readFile(file.path));
}
