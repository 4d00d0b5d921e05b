/**
 * Deletes commits and checkpoints that no kept version needs.
 * Source: Delta protocol, "Metadata Cleanup",
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#metadata-cleanup
 */
import { tableFolder } from '../../names.js';
import type { Store } from '../../stores/store.js';
import type { TableId } from '../../types.js';
import { type CleanedCommit, writeCleaned } from '../cleaned-commits.js';
import { logRetention } from '../interval.js';
import { listCheckpoints, listVersions, readCommitInfo } from '../log.js';

const DAY = 24 * 60 * 60 * 1000;

export interface LogCleaning {
  /** Version of the checkpoint that was just written. */
  readonly newest: number;
  /** Delta's table configuration: `delta.logRetentionDuration`, `delta.enableExpiredLogCleanup`. */
  readonly properties: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Keeps every version that was current at or after midnight (UTC) of the day on which the retention ends, and the
 * checkpoint that the oldest of them needs. What the deleted commits said of themselves is kept in `_lake/`, so that
 * lake's own versions stay readable. A clock that once went back makes commits look newer: then more is kept.
 * @returns Number of versions whose commits were deleted.
 */
export async function cleanLog(
  store: Store,
  table: TableId,
  { newest, properties, now }: LogCleaning,
): Promise<number> {
  if (properties['delta.enableExpiredLogCleanup']?.toLowerCase() === 'false') return 0;
  const cutOff = Math.floor((now - logRetention(properties)) / DAY) * DAY;
  const oldest = await newestExpiredCheckpoint(store, table, newest, cutOff);
  if (oldest === undefined) return 0;
  const versions = (await listVersions(store, table)).filter((version) => version < oldest);
  const commits: CleanedCommit[] = [];
  for (const version of versions) {
    const info = (await readCommitInfo(store, table, version))!;
    if (info.timestamp > cutOff) return 0;
    commits.push({ version, ...info });
  }
  if (commits.length > 0) await writeCleaned(store, table, commits);
  const folder = `${tableFolder(table)}/_delta_log`;
  // Oldest first: what is left after a crash is a log that begins later, and the checkpoint that it needs.
  for (const name of await store.list(folder)) {
    if (/^\d{20}\./.test(name) && Number(name.slice(0, 20)) < oldest) await store.delete(`${folder}/${name}`);
  }
  return commits.length;
}

/** The newest checkpoint whose version was replaced, or was already there, when the kept time begins. */
async function newestExpiredCheckpoint(
  store: Store,
  table: TableId,
  newest: number,
  cutOff: number,
): Promise<number | undefined> {
  let found: number | undefined;
  for (const version of await listCheckpoints(store, table)) {
    if (version > newest) break;
    const info = await readCommitInfo(store, table, version);
    if (info === undefined || info.timestamp > cutOff) break;
    // Other programs need not say when they wrote.
    if (info.timestamp > 0) found = version;
  }
  return found;
}
