/** How much an archive may become. Real data packs 5 to 50 times; what packs more is made to fill a disk. */

/** More entries than any data set of files has. */
export const MOST_ENTRIES = 10_000;
/** All members of an archive together, unpacked; as large as a body may be. */
export const MOST_UNPACKED_BYTES = 16 * 2 ** 30;
/** Unpacked bytes for each packed one, counted from `FREE_BYTES` on. */
export const MOST_RATIO = 200;
/** So much may come out of any archive: a small file of repeated values may pack a thousand times. */
export const FREE_BYTES = 64 * 2 ** 20;

/** The bytes that may come out of packed ones. */
export function mostUnpacked(packedBytes: number): number {
  return Math.min(MOST_UNPACKED_BYTES, Math.max(FREE_BYTES, packedBytes * MOST_RATIO));
}
