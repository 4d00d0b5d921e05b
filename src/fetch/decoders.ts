import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { LakeError } from '../errors/lake-error.js';

const chunkSize = 256 * 1024;

/**
 * Node.js has Zstandard from 22.15 on. Before, nobody is asked for it, and what comes in it all the same is refused: see
 * docs/dependencies.md for why no other decoder stands in.
 */
const zstd = (zlib as { createZstdDecompress?: (options: { chunkSize: number }) => Transform })
  .createZstdDecompress;

/** What lake asks for: the encodings that this Node.js can read. */
export const acceptEncoding = `gzip, br${zstd === undefined ? '' : ', zstd'}`;

/** zlib's streams tell how many of the bytes that they were given belong to the compressed data. */
export type Decoder = Transform & { readonly bytesWritten: number };

/** The decoder that the first bytes of a body call for, whatever its headers say (fault F20); undefined for other bytes. */
export function decoderByBytes(start: Buffer): Decoder | undefined {
  if (start[0] === 0x1f && start[1] === 0x8b) return zlib.createGunzip({ chunkSize });
  if (start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528) return zstandard();
  return undefined;
}

/**
 * The decoder that the header names; undefined where none is needed. Gzip is found by its bytes: a body that says gzip
 * and does not begin like it is plain.
 * @throws LakeError LK3112 for an encoding that nobody asked for.
 */
export function decoderByHeader(encoding: string): Decoder | undefined {
  switch (encoding) {
    case '':
    case 'identity':
    case 'gzip':
    case 'x-gzip':
      return undefined;
    case 'br':
      return zlib.createBrotliDecompress({ chunkSize, flush: zlib.constants.BROTLI_OPERATION_PROCESS });
    case 'zstd':
      return zstd === undefined ? zstandard() : undefined;
    default:
      throw new LakeError('LK3112', `The body is compressed as "${encoding}", which nobody asked for`, {
        hint: 'lake reads gzip, Brotli and Zstandard: look for another address of the file, or tell the portal',
      });
  }
}

function zstandard(): Decoder {
  if (zstd !== undefined) return zstd({ chunkSize }) as Decoder;
  const node = `Node.js ${process.versions.node}`;
  throw new LakeError('LK3112', `The body is compressed with Zstandard, which ${node} cannot read`, {
    hint: 'Run lake with Node.js 22.15 or later, or look for the same data as gzip or plain',
  });
}
