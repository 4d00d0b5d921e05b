/**
 * A table as it was at an earlier version, by a new one: files that it had come back, files that it has not leave. Nothing
 * is copied, and lake's own state (parts, cursors, inputs, fingerprint) is that of then.
 * Source: Delta's RESTORE, https://docs.delta.io/latest/delta-utility.html#restore-a-delta-table-to-an-earlier-state
 */
import { LakeError } from '../../errors/lake-error.js';
import { describeTable } from '../commit.js';
import type { TableMetadata } from '../delta/metadata.js';
import { readHead, readVersion, type StoredHead } from '../head.js';
import { findLostFiles } from '../lost-files.js';
import { moved } from '../next-files.js';
import { type NextVersion, newTransaction, nextVersion } from '../next-version.js';
import { publishOnTop } from '../publish-on-top.js';
import { conflict } from '../rebase.js';
import type { StoredState } from '../state-file.js';
import type { Store } from '../stores/store.js';
import type { DataFile, TableHead, TableId } from '../types.js';
import { originalStats } from './original-stats.js';

export interface Restoration {
  readonly table: TableId;
  readonly now: TableHead;
  /** The version that is to come back. */
  readonly to: TableHead;
  /** Files that come back, and those that leave. */
  readonly restored: readonly DataFile[];
  readonly removed: readonly DataFile[];
}

/**
 * What going back would do. Looks only.
 * @throws LakeError LK6024 where there is no such version, LK6029 where it cannot come back.
 */
export async function planRestoration(store: Store, table: TableId, version: number): Promise<Restoration> {
  const [now, to] = [await readHead(store, table), await readVersion(store, table, version)];
  if (now === undefined) throw await conflict(store, table, 0);
  if (to.foreign) {
    throw refused(table, `version ${version} was written by ${to.foreign.at(-1)!.writer}`, {
      hint: `Go back to one that lake published: \`lake history ${table} --versions\`.`,
      version,
    });
  }
  const lost = await findLostFiles(store, to.state);
  if (lost.length > 0) {
    throw refused(
      table,
      `version ${version} cannot come back: ${lost.length} of its ${to.state.files.length} files ${lost.length === 1 ? 'is' : 'are'} gone, most likely deleted by \`lake vacuum\``,
      {
        hint: `Go back to a later one: \`lake history ${table} --versions\`. \`lake vacuum --retention\` says how long versions are kept.`,
        version,
        files: lost.slice(0, 20).map(({ path }) => path),
      },
    );
  }
  const { restored, removed } = moved(to.state.files, now.active ?? now.state.files);
  return { table, now, to, restored, removed };
}

/**
 * Publishes it. The data version is that of then, so that what was built from these rows counts as built.
 * @throws LakeError as `planRestoration`, LK6030 (transient) where another writer published meanwhile.
 */
export async function restoreVersion(
  store: Store,
  { table, now, to }: Restoration,
  run: string,
): Promise<TableHead> {
  const txnId = newTransaction();
  const next = await publishOnTop(store, {
    table,
    previous: now as StoredHead,
    prepare: (previous) => prepare(store, { previous: previous!, to: to as StoredHead, txnId, run }),
    rebase: async () => {
      throw await conflict(store, table, now.version + 1);
    },
  });
  await describeTable(store, next.head);
  return next.head;
}

interface Restoring {
  readonly previous: StoredHead;
  readonly to: StoredHead;
  readonly txnId: string;
  readonly run: string;
}

async function prepare(store: Store, { previous, to, txnId, run }: Restoring): Promise<NextVersion> {
  const { table, version, state } = to;
  const there = previous.active ?? previous.state.files;
  const { removed, restored } = moved(state.files, there);
  const stats = await originalStats(store, table, restored);
  const bytes = (files: readonly DataFile[]) => String(files.reduce((sum, file) => sum + file.bytes, 0));
  const content = {
    table,
    txnId,
    dataVersion: state.dataVersion,
    columns: state.columns,
    metadata: metadataOf(previous.state, state),
    files: {
      added: [],
      restated: [],
      removed,
      restored: restored.map((file) => ({ ...file, stats: stats.get(file.path) ?? file.stats })),
      active: state.files,
    },
    staged: [],
    operation: {
      operation: 'RESTORE',
      operationParameters: { version: String(version), timestamp: null },
      operationMetrics: {
        numRestoredFiles: String(restored.length),
        numRemovedFiles: String(removed.length),
        restoredFilesSize: bytes(restored),
        removedFilesSize: bytes(removed),
        numOfFilesAfterRestore: String(state.files.length),
        tableSizeAfterRestore: bytes(state.files),
      },
      isBlindAppend: false,
      dataChange: true,
    },
    now: Date.now(),
    // The load came with its own version; that it was once refused says nothing of the version before it.
    state: { ...state, run, load: undefined, rejected: undefined },
  };
  return nextVersion(store, content, previous);
}

/** That of then; a protocol is never lowered. */
function metadataOf({ delta: now }: StoredState, { delta: then }: StoredState): TableMetadata {
  const protocol = now.protocol ?? then.protocol;
  return { ...then, timestampNtz: now.timestampNtz || then.timestampNtz, ...(protocol && { protocol }) };
}

function refused(
  table: TableId,
  why: string,
  { hint, ...details }: { readonly hint: string; readonly [name: string]: unknown },
): LakeError {
  return new LakeError('LK6029', `${table}: ${why}`, { hint, details: { table, ...details } });
}
