/** Which files of a table are rewritten together. Pure. */
import type { DataFile, TableState } from '../types.js';

const MIB = 1024 * 1024;

/** Files of about this size are what query engines like: few enough to list, small enough to read in parallel. */
export const TARGET_BYTES = 128 * MIB;

/** Smaller ones are small: as in Delta's auto compaction, half of what files are made of. */
const SMALL_BYTES = TARGET_BYTES / 2;

/** So many small files a table may have before a build merges them: `delta.autoOptimize.autoCompact`'s default. */
export const MANY_FILES = 50;

/**
 * Files that become one, two or more each, at most 128 MiB together.
 *
 * Files of several partitions are never one. Nor, in bronze, are files of several loads: which rows are current is said by load,
 * and readers skip whole loads. A load that lies in several layouts of columns stays so: each file says which names it has.
 */
export function smallFiles({ table, files, parts = {} }: TableState): readonly (readonly DataFile[])[] {
  const isBronze = table.startsWith('bronze.');
  const groups = new Map<string, DataFile[]>();
  for (const file of files) {
    if (file.bytes >= SMALL_BYTES) continue;
    const rowIds = isBronze ? (file.parts ?? []).map((id) => parts[id]?.rowId ?? null) : [];
    const key = JSON.stringify([
      Object.entries(file.partition ?? {}).sort(),
      isBronze && [file.loadId, file.columns, file.absent, [...new Set(rowIds)]],
    ]);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].flatMap(inBins).filter((bin) => bin.length > 1);
}

function inBins(files: readonly DataFile[]): DataFile[][] {
  const bins: DataFile[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    if (bytes + file.bytes > TARGET_BYTES) {
      bins.push([]);
      bytes = 0;
    }
    bins.at(-1)!.push(file);
    bytes += file.bytes;
  }
  return bins;
}
