/** The loads of one dataset, newest first, as the versions of its bronze table tell them. */
import { LakeError } from '../../errors/lake-error.js';
import type { Lake, LoadRecord, TableHead, TableId } from '../../lakehouse/types.js';

export interface Load {
  /** The version that brought it: its parts are those that were current then. */
  readonly head: TableHead;
  readonly record: LoadRecord;
  /** True: a guard took it back later. */
  readonly rejected: boolean;
}

/** Every load that the table's versions still tell of; reading stops where the caller does. */
export async function* loadsDown(lake: Lake, table: TableId): AsyncGenerator<Load> {
  const newest = await lake.head(table);
  const rejected = new Set<string>();
  // A load that was taken back and came again is one load: the newest version with it tells what became of it.
  const told = new Set<string>();
  let head = newest;
  while (head) {
    for (const id of head.state.rejected?.loadIds ?? []) rejected.add(id);
    const before: TableHead | undefined = await versionBefore(lake, head);
    const record = head.state.load;
    // A commit that only moved validators may name the load before it once more.
    if (record && record.loadId !== before?.state.load?.loadId && !told.has(record.loadId)) {
      told.add(record.loadId);
      yield { head, record, rejected: rejected.has(record.loadId) };
    }
    head = before;
  }
}

/** Undefined for the first version, and where older ones are gone. */
export async function versionBefore(
  lake: Lake,
  { table, version }: TableHead,
): Promise<TableHead | undefined> {
  if (version === 0) return undefined;
  try {
    return await lake.at(table, version - 1);
  } catch (error) {
    if (error instanceof LakeError && error.code === 'LK6024') return undefined;
    throw error;
  }
}
