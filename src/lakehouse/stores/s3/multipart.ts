/** Uploading in parts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html. Parts that have arrived are not sent again. */
import { open } from 'node:fs/promises';
import type { Upload } from '../remote/bucket.js';
import { checksumOf } from '../remote/checksum.js';

/** Most parts that an object may have. */
const mostParts = 10_000;
const usualPartBytes = 16 * 1024 * 1024;

export interface PartSender {
  /** One part with its MD5, which the service compares; its ETag. */
  send(part: { readonly number: number; readonly bytes: Buffer; readonly md5: string }): Promise<string>;
}

/** @returns The ETags of all parts, in order. */
export async function sendParts(
  { path, bytes, kept, progress }: Upload,
  sender: PartSender,
): Promise<{ PartNumber: number; ETag: string }[]> {
  const partBytes = Math.max(usualPartBytes, Math.ceil(bytes / mostParts));
  const parts: { PartNumber: number; ETag: string }[] = [];
  const file = await open(path, 'r');
  try {
    for (let number = 1, at = 0; at < bytes; number++, at += partBytes) {
      let tag = kept.get(`part ${number}`);
      if (tag === undefined) {
        const part = Buffer.alloc(Math.min(partBytes, bytes - at));
        await file.read(part, 0, part.length, at);
        tag = await sender.send({ number, bytes: part, md5: checksumOf('md5', part) });
        kept.set(`part ${number}`, tag);
        progress.further();
      }
      parts.push({ PartNumber: number, ETag: tag });
    }
    return parts;
  } finally {
    await file.close();
  }
}
