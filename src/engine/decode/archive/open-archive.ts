/** Reads a ZIP archive's directory and refuses what no honest archive has, before anything is unpacked. */
import { stat } from 'node:fs/promises';
import type { Entry, ZipFile } from 'yauzl';
import { archiveError, quoted } from './archive-error.js';
import { MOST_ENTRIES, MOST_UNPACKED_BYTES, mostUnpacked } from './limits.js';

export interface OpenArchive {
  readonly zip: ZipFile;
  /** Files only, in the directory's order. */
  readonly files: readonly Entry[];
  /** Bytes of the archive. */
  readonly bytes: number;
}

const DIRECTORY_TYPE = 0o040000;
const SYMLINK_TYPE = 0o120000;
const TYPE_MASK = 0o170000;

/**
 * Names that lead out of a folder (`../x`, `/x`, `C:\x`), entries that share bytes, more entries or bytes than the
 * limits allow: the archive is refused as a whole. Symbolic links are no files. The caller closes `zip`.
 * Source: APPNOTE.TXT of PKWARE, 4.3 and 4.4.
 * @throws LakeError LK5018
 */
export async function openArchive(path: string, part: string): Promise<OpenArchive> {
  const { openPromise } = (await import('yauzl')).default;
  const { size } = await stat(path);
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(path, { autoClose: false });
    const files: Entry[] = [];
    const ranges: Range[] = [];
    for await (const entry of zip.eachEntry()) {
      ranges.push({ start: entry.relativeOffsetOfLocalHeader, bytes: entry.compressedSize });
      if (ranges.length > MOST_ENTRIES)
        throw archiveError(part, path, `has more than ${MOST_ENTRIES.toLocaleString('en')} entries`);
      if (isFile(entry)) files.push(entry);
    }
    if (overlap(ranges)) throw archiveError(part, path, 'has entries that share their bytes');
    return { zip, files, bytes: size };
  } catch (error) {
    zip?.close();
    throw told(error, part, path);
  }
}

/** @throws LakeError LK5018 for a file that cannot or must not be unpacked. */
export function requireReadable({ files, bytes }: OpenArchive, part: string, path: string): void {
  for (const entry of files) {
    const name = quoted(entry.fileName);
    if (entry.isEncrypted()) throw archiveError(part, path, `is encrypted: ${name} needs a password`);
    if (!entry.canDecodeFileData()) {
      const why = `packs ${name} by method ${entry.compressionMethod}, which cannot be read`;
      throw archiveError(part, path, why, 'ask the portal for an archive that is packed by Deflate');
    }
  }
  const unpacked = files.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (unpacked > mostUnpacked(bytes)) throw tooMuch(part, path, bytes);
}

/** LK5018: more comes out of the archive than the limits allow. */
export function tooMuch(part: string, path: string, bytes: number): Error {
  const most = mostUnpacked(bytes);
  const why = most === MOST_UNPACKED_BYTES ? 'than are read' : 'than an archive of its size holds in truth';
  return archiveError(part, path, `unpacks to more than ${Math.round(most / 2 ** 20)} MiB, ${why}`);
}

/** yauzl's own complaints as a sentence; a LakeError as it is. */
export function told(error: unknown, part: string, path: string): unknown {
  if (!(error instanceof Error) || 'code' in error) return error;
  const why = error.message.replace(/[.\s]+$/, '').slice(0, 300);
  if (/relative path|absolute path|invalid characters in fileName/.test(why)) {
    return archiveError(
      part,
      path,
      `has a name that leads out of it: ${quoted(why.replace(/^[^:]*: /, ''))}`,
    );
  }
  if (/end of central directory/i.test(why))
    return archiveError(part, path, 'is cut off, or no archive', TORN);
  return archiveError(part, path, `is damaged: ${why}`, TORN);
}

const TORN = 'the portal sent less or something else than an archive: run again, or look at the file';

interface Range {
  readonly start: number;
  readonly bytes: number;
}

function overlap(ranges: readonly Range[]): boolean {
  let end = 0;
  for (const { start, bytes } of [...ranges].sort((a, b) => a.start - b.start)) {
    if (start < end) return true;
    end = start + LOCAL_HEADER + bytes;
  }
  return false;
}

/** A local header's bytes before its name. */
const LOCAL_HEADER = 30;

/** Only Unix systems write a type of file; a name that ends with `/` is a folder anywhere. */
function isFile(entry: Entry): boolean {
  if (entry.fileName.endsWith('/')) return false;
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  return type !== DIRECTORY_TYPE && type !== SYMLINK_TYPE;
}
