/** Unpacks the chosen members of an archive into files that the tool names; the archive's names go nowhere near a path. */
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createGunzip } from 'node:zlib';
import type { Entry } from 'yauzl';
import { sniffFormat } from '../sniff-format.js';
import { archiveError, quoted } from './archive-error.js';
import { type ChosenMember, chooseMembers } from './choose-members.js';
import { mostUnpacked } from './limits.js';
import { type OpenArchive, openArchive, requireReadable, told, tooMuch } from './open-archive.js';

export interface UnpackedMember extends Pick<ChosenMember, 'name' | 'variables'> {
  /** Absolute, in the folder that was given. */
  readonly path: string;
}

/**
 * @param member `read: {member}`, if it is written.
 * @param target Absolute path that the unpacked files' names begin with.
 * @throws LakeError LK5018 for an archive that is hostile, damaged or holds something else than is meant.
 */
export async function unpack(
  path: string,
  member: string | undefined,
  target: string,
  part: string,
): Promise<readonly UnpackedMember[]> {
  const archive = await openArchive(path, part);
  try {
    const chosen = chooseMembers(
      archive.files.map((entry) => entry.fileName),
      member,
      part,
      path,
    );
    const entries = chosen.map(({ place }) => archive.files[place]!);
    requireReadable({ ...archive, files: entries }, part, path);
    const unpacked: UnpackedMember[] = [];
    let left = mostUnpacked(archive.bytes);
    for (const [i, { name, variables }] of chosen.entries()) {
      const to = `${target}-${i}`;
      left -= await writeEntry(archive, entries[i]!, to, left, { part, path });
      const own = await gunzipped(to, left, { part, path, bytes: archive.bytes, name });
      unpacked.push({ name, variables, path: own.path });
      left -= own.bytes;
    }
    return unpacked;
  } finally {
    archive.zip.close();
  }
}

interface Where {
  readonly part: string;
  readonly path: string;
}

/** @returns bytes that were written. */
async function writeEntry(
  { zip, bytes }: OpenArchive,
  entry: Entry,
  to: string,
  most: number,
  { part, path }: Where,
): Promise<number> {
  let sum = 0;
  let written = 0;
  const checked = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      written += chunk.length;
      if (written > most) done(tooMuch(part, path, bytes));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(await zip.openReadStreamPromise(entry), checked, createWriteStream(to));
  } catch (error) {
    throw told(error, part, path);
  }
  if (sum !== entry.crc32) {
    const why = `is damaged: ${quoted(entry.fileName)} does not have the checksum that it should have`;
    throw archiveError(part, path, why, 'the file was damaged on its way or at the portal: run again');
  }
  return written;
}

/** A member that is compressed once more, such as `data.csv.gz`; an archive within an archive is refused. */
async function gunzipped(
  path: string,
  most: number,
  { part, path: archive, bytes, name }: Where & { readonly bytes: number; readonly name: string },
): Promise<{ readonly path: string; readonly bytes: number }> {
  const format = await sniffFormat(path);
  if (format === 'zip') {
    throw archiveError(
      part,
      archive,
      `holds a further archive, ${quoted(name)}`,
      'only one level is unpacked',
    );
  }
  if (format !== 'gzip') return { path, bytes: 0 };
  const to = `${path}.plain`;
  let written = 0;
  const capped = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      if (written > most) done(tooMuch(part, archive, bytes));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), capped, createWriteStream(to));
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('LK')) throw error;
    throw archiveError(part, archive, `is damaged: ${quoted(name)} cannot be unpacked by gzip`);
  }
  if ((await sniffFormat(to)) === 'gzip' || (await sniffFormat(to)) === 'zip') {
    throw archiveError(
      part,
      archive,
      `holds a further archive in ${quoted(name)}`,
      'only one level is unpacked',
    );
  }
  return { path: to, bytes: written };
}
