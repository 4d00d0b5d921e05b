/** Copies of small objects that never change, each sealed with a checksum: a power cut may leave anything in a file. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const sealBytes = 4;

/** Undefined where there is none, or one that is damaged. */
export function readCopy(path: string): Buffer | undefined {
  try {
    const sealed = readFileSync(path);
    const content = sealed.subarray(sealBytes);
    return sealed.length >= sealBytes && sealed.readUInt32BE() === crc32(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** A copy that cannot be written costs a request later, and nothing else. */
export function writeCopy(path: string, content: Uint8Array): void {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const seal = Buffer.alloc(sealBytes);
    seal.writeUInt32BE(crc32(content));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, Buffer.concat([seal, content]));
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}
