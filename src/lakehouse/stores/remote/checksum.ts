/** Checksums of the object stores, in their own spelling: Base64 of the big-endian value. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';

export type ChecksumKind = 'crc32c' | 'crc32' | 'md5';

/** Taken over bytes as they come. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Base64. */
  value(): string;
}

export function runningChecksum(kind: ChecksumKind): RunningChecksum {
  if (kind === 'md5') {
    const hash = createHash('md5');
    return { update: (bytes) => void hash.update(bytes), value: () => hash.copy().digest('base64') };
  }
  const next = kind === 'crc32' ? crc32 : crc32c;
  let sum = 0;
  return {
    update(bytes) {
      sum = next(bytes, sum);
    },
    value: () => inBase64(sum),
  };
}

export function checksumOf(kind: ChecksumKind, bytes: Uint8Array): string {
  const sum = runningChecksum(kind);
  sum.update(bytes);
  return sum.value();
}

/** Of a file, read piece by piece. */
export async function checksumOfFile(kind: ChecksumKind, path: string): Promise<string> {
  const sum = runningChecksum(kind);
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) sum.update(piece);
  return sum.value();
}

function inBase64(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}

/** Eight tables of the reflected polynomial 0x1EDC6F41, so that eight bytes take one step. */
const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
    made[byte] = sum;
  }
  for (let at = 256; at < made.length; at++)
    made[at] = (made[at - 256]! >>> 8) ^ made[made[at - 256]! & 255]!;
  return made;
}

/** CRC-32C (RFC 3720, appendix B.4), which Node.js does not have; `before` is the sum of the bytes before. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const t = tables;
  let sum = ~before;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    sum ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    sum =
      t[1792 + (sum & 255)]! ^
      t[1536 + ((sum >>> 8) & 255)]! ^
      t[1280 + ((sum >>> 16) & 255)]! ^
      t[1024 + (sum >>> 24)]! ^
      t[768 + bytes[at + 4]!]! ^
      t[512 + bytes[at + 5]!]! ^
      t[256 + bytes[at + 6]!]! ^
      t[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) sum = t[(sum ^ bytes[at]!) & 255]! ^ (sum >>> 8);
  return ~sum >>> 0;
}
