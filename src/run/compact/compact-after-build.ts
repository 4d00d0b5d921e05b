/** A build's own tables that have many small files by now: bronze of small loads, incremental models. */
import { errorInfo } from '../../errors/lake-error.js';
import { MANY_FILES } from '../../lakehouse/compact/small-files.js';
import type { TableHead } from '../../lakehouse/types.js';
import { type Compacting, compactTable, filesToMerge } from './compact-table.js';

/**
 * Looking costs nothing: what a commit returned names its files.
 * @param heads What the run has committed.
 * @param most So many small files a table may have; 0: any number.
 * @param committed Told of each new version.
 * @returns What went wrong, in sentences: it fails no build, whose rows are published.
 */
export async function compactAfterBuild(
  compacting: Omit<Compacting, 'auto'>,
  heads: readonly TableHead[],
  most: number = MANY_FILES,
  committed: (head: TableHead) => void,
): Promise<readonly string[]> {
  if (most === 0) return [];
  const notes: string[] = [];
  for (const head of heads) {
    const merges = filesToMerge(head);
    const count = merges.reduce((sum, files) => sum + files.length, 0);
    if (count < most) continue;
    try {
      const next = await compactTable({ ...compacting, auto: true }, head, merges);
      if (next) committed(next);
    } catch (error) {
      const { code, message } = errorInfo(error);
      notes.push(
        `${head.table} keeps its ${count} small files, for they could not be merged: ${code} ${message}`,
      );
    }
  }
  return notes;
}
