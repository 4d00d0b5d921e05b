/** How large a ZIP archive says that it becomes, read from its directory before anything is unpacked. */

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 65_535;

/**
 * Sum of the entries' unpacked sizes; Infinity for ZIP64, which no workbook needs; undefined when it is no archive.
 * Source: APPNOTE.TXT of PKWARE, 4.3.12 and 4.3.16.
 */
export function unzippedBytes(archive: Buffer): number | undefined {
  let end = archive.length - END_LENGTH;
  const lowest = Math.max(0, end - LONGEST_COMMENT);
  while (end >= lowest && archive.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < lowest) return undefined;
  const entries = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  let sum = 0;
  for (let i = 0; i < entries; i++) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== ENTRY) return undefined;
    const size = archive.readUInt32LE(at + 24);
    if (size === 0xffffffff) return Number.POSITIVE_INFINITY;
    sum += size;
    at += 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return sum;
}
