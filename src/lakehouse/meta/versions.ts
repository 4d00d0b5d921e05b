/** What `lake history --versions` shows: every version of a table, whoever wrote it, newest first. */
import type { CommitInfo } from '../delta/commit-info.js';
import { listAllVersions, readCommitInfo } from '../delta/log.js';
import { readVersion } from '../head.js';
import type { Lake, TableId } from '../types.js';

export interface VersionRow {
  readonly table: TableId;
  readonly version: number;
  /** ISO 8601 UTC; null where the writer does not say. */
  readonly at: string | null;
  /** `WRITE`, `LAKE STATE`, `RESTORE`, or what another program calls it. */
  readonly operation: string;
  /** `lake/0.1.0`, `delta-rs:py-1.6.6`. */
  readonly writer: string;
  /** Of lake's own versions. */
  readonly run: string | null;
  /** All of the table at that version, as every reader sees them; null where a file of the lake is missing. */
  readonly rows: number | null;
  readonly files: number | null;
  readonly bytes: number | null;
  /** The version whose rows these are: another one where only the state moved. */
  readonly data_version: number | null;
}

/**
 * @param limit Most versions of a table.
 * @throws LakeError LK6021, LK6022 where the log itself is damaged.
 */
export async function versionRows(
  { store }: Pick<Lake, 'store'>,
  table: TableId,
  limit: number,
): Promise<{ readonly rows: readonly VersionRow[]; readonly more: number }> {
  const versions = [...(await listAllVersions(store, table))].reverse();
  const rows = await Promise.all(
    versions.slice(0, limit).map(async (version): Promise<VersionRow> => {
      const info = (await readCommitInfo(store, table, version)) ?? UNKNOWN;
      const state = await readVersion(store, table, version).then(
        (head) => head.state,
        () => undefined,
      );
      return {
        ...told(table, version, info),
        rows: state?.rows ?? null,
        files: state?.files.length ?? null,
        bytes: state?.bytes ?? null,
        data_version: (info.lake ? state?.dataVersion : version) ?? null,
      };
    }),
  );
  return { rows, more: Math.max(0, versions.length - limit) };
}

/** A checkpoint is all that another program left of it. */
const UNKNOWN: CommitInfo = { timestamp: 0, operation: '', engineInfo: '', txnId: '' };

function told(table: TableId, version: number, info: CommitInfo) {
  return {
    table,
    version,
    at: info.timestamp > 0 ? new Date(info.timestamp).toISOString() : null,
    operation: info.operation || 'unknown',
    writer: info.engineInfo || 'another program',
    run: info.lake?.run ?? null,
  };
}
