/**
 * `_delta_log/_last_checkpoint`: a hint to where the log's end is near. It may be stale or wrong, never relied upon.
 * Source: Delta protocol, "Last Checkpoint File",
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#last-checkpoint-file
 */
import { tableFolder } from '../../names.js';
import type { Store } from '../../stores/store.js';
import type { TableId } from '../../types.js';

export interface LastCheckpoint {
  readonly version: number;
  /** Actions in it. */
  readonly size: number;
  readonly sizeInBytes?: number;
  readonly numOfAddFiles?: number;
  /** Only of a checkpoint in several files. */
  readonly parts?: number;
}

const keyOf = (table: TableId): string => `${tableFolder(table)}/_delta_log/_last_checkpoint`;

/** Key of a classic checkpoint. */
export function checkpointFile(table: TableId, version: number): string {
  return `${tableFolder(table)}/_delta_log/${String(version).padStart(20, '0')}.checkpoint.parquet`;
}

/** Undefined where there is none, or one that makes no sense. */
export async function readLastCheckpoint(store: Store, table: TableId): Promise<LastCheckpoint | undefined> {
  const content = await store.get(keyOf(table));
  if (content === undefined) return undefined;
  try {
    const found = JSON.parse(content.toString('utf8')) as LastCheckpoint;
    return Number.isSafeInteger(found.version) && found.version >= 0 ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the hint. */
export async function writeLastCheckpoint(
  store: Store,
  table: TableId,
  checkpoint: LastCheckpoint,
): Promise<void> {
  await store.put(keyOf(table), Buffer.from(JSON.stringify(checkpoint)));
}
