/** ZIP archives as honest and as hostile writers make them. Source: APPNOTE.TXT of PKWARE, 4.3. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** A Buffer for names that are no UTF-8; as text it is flagged as UTF-8. */
  readonly name: string | Buffer;
  readonly data?: string | Buffer;
  /** 0 stored, 8 deflated (the default), others claimed only. */
  readonly method?: number;
  /** Further bits of the general purpose flag: 1 encrypted. */
  readonly flags?: number;
  /** Unix mode in the external attributes: 0o120777 is a symbolic link. */
  readonly mode?: number;
  /** Sizes and checksum stand behind the data, as streaming writers do it. */
  readonly descriptor?: boolean;
  readonly crc?: number;
  /** Unpacked size that the directory claims. */
  readonly claims?: number;
  /** Sizes stand in a ZIP64 field. */
  readonly zip64?: boolean;
  /** Uses the bytes of the entry at this place. */
  readonly sharesWith?: number;
}

export function zip(...entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    const plain = Buffer.from(entry.data ?? '');
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(plain) : plain;
    const name = Buffer.from(entry.name as string);
    const flags =
      (entry.flags ?? 0) | (typeof entry.name === 'string' ? 0x800 : 0) | (entry.descriptor ? 8 : 0);
    const sum = entry.crc ?? crc32(plain);
    const size = entry.claims ?? plain.length;
    const offset = entry.sharesWith === undefined ? at : offsets[entry.sharesWith]!;
    offsets.push(offset);
    const head = (inLocal: boolean) => {
      const unknown = inLocal && entry.descriptor;
      const bytes = Buffer.alloc(26);
      bytes.writeUInt16LE(45, 0);
      bytes.writeUInt16LE(flags, 2);
      bytes.writeUInt16LE(method, 4);
      bytes.writeUInt32LE(unknown ? 0 : sum, 10);
      bytes.writeUInt32LE(unknown ? 0 : entry.zip64 ? 0xffffffff : packed.length, 14);
      bytes.writeUInt32LE(unknown ? 0 : entry.zip64 ? 0xffffffff : size, 18);
      bytes.writeUInt16LE(name.length, 22);
      bytes.writeUInt16LE(entry.zip64 ? 20 : 0, 24);
      return bytes;
    };
    const extra = Buffer.alloc(entry.zip64 ? 20 : 0);
    if (entry.zip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(16, 2);
      extra.writeBigUInt64LE(BigInt(size), 4);
      extra.writeBigUInt64LE(BigInt(packed.length), 12);
    }
    if (entry.sharesWith === undefined) {
      const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), head(true), name, extra, packed]);
      locals.push(local);
      at += local.length;
      if (entry.descriptor) {
        const behind = Buffer.alloc(16);
        behind.write('PK\u0007\u0008', 'latin1');
        behind.writeUInt32LE(sum, 4);
        behind.writeUInt32LE(packed.length, 8);
        behind.writeUInt32LE(size, 12);
        locals.push(behind);
        at += behind.length;
      }
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0003', 'latin1'), head(false), tail, name, extra);
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, list, end]);
}
