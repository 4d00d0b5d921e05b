/**
 * Publishes files that hold the rows of others: the same rows, in fewer files. Nobody who reads the table has anything new to
 * read (`dataChange` false, the data version stays), and lake's own state is the one of before.
 * Source: Delta's OPTIMIZE, https://docs.delta.io/latest/optimizations-oss.html#compaction-bin-packing
 */
import { LakeError } from '../../errors/lake-error.js';
import { deltaSchema } from '../delta/schema.js';
import { changesRows } from '../foreign-versions.js';
import { readHead, type StoredHead } from '../head.js';
import { describeFiles } from '../next-files.js';
import { type NextVersion, newTransaction, nextVersion } from '../next-version.js';
import { publishOnTop } from '../publish-on-top.js';
import { conflict } from '../rebase.js';
import { checkStaged } from '../staging.js';
import type { Store } from '../stores/store.js';
import type { DataFile, StagedFile, TableHead, TableId } from '../types.js';

export interface Compaction {
  readonly table: TableId;
  /** Version whose files were read. */
  readonly base: number;
  /** Files that leave. */
  readonly without: readonly DataFile[];
  /** Files with their rows. */
  readonly files: readonly StagedFile[];
  readonly run: string;
  /** A build did it by itself. */
  readonly auto: boolean;
}

/**
 * Versions that came meanwhile are no conflict as long as the table still has all files that leave.
 * @returns Undefined where it gave way: another writer took one of them out.
 * @throws LakeError LK6031 for a staged file that is not what it should be, LK6001 to LK6018 from the store.
 */
export async function compactVersion(store: Store, compaction: Compaction): Promise<TableHead | undefined> {
  const { table, base } = compaction;
  await checkStaged(store, compaction);
  const txnId = newTransaction();
  const newest = async (): Promise<StoredHead> => {
    const head = await readHead(store, table, base);
    if (head === undefined || !hasAll(head, compaction)) throw await conflict(store, table, base + 1);
    return head;
  };
  try {
    const next = await publishOnTop(store, {
      table,
      previous: await newest(),
      prepare: (previous) => prepare(store, compaction, previous!, txnId),
      rebase: newest,
    });
    return next.head;
  } catch (error) {
    if (error instanceof LakeError && error.code === 'LK6030') return undefined;
    throw error;
  }
}

function hasAll(head: StoredHead, { without }: Compaction): boolean {
  const there = new Set(head.state.files.map(({ path }) => path));
  return isOwn(head) && without.every(({ path }) => there.has(path));
}

/** What other programs did to the rows is for the next build to judge; files that they rearranged are lake's, but in bronze. */
export function isOwn({ table, foreign }: TableHead): boolean {
  return foreign === undefined || !(changesRows(foreign) || table.startsWith('bronze.'));
}

async function prepare(
  store: Store,
  { table, without, files, run, auto }: Compaction,
  previous: StoredHead,
  txnId: string,
): Promise<NextVersion> {
  const { state } = previous;
  const { delta: metadata } = state;
  const { partitionBy } = metadata;
  const layout = { columns: state.columns, schema: deltaSchema(table, state.columns), partitionBy, txnId };
  const { described, added } = describeFiles({ table, files }, layout);
  const gone = new Set(without.map(({ path }) => path));
  const bytes = (list: readonly { readonly bytes: number }[]) =>
    String(list.reduce((sum, file) => sum + file.bytes, 0));
  const content = {
    table,
    txnId,
    dataVersion: state.dataVersion,
    columns: state.columns,
    metadata,
    files: {
      added,
      removed: without,
      restored: [],
      restated: [],
      active: [...state.files.filter(({ path }) => !gone.has(path)), ...described],
    },
    staged: files.map(({ path }) => path),
    operation: {
      operation: 'OPTIMIZE',
      operationParameters: { predicate: '[]', zOrderBy: '[]', auto: String(auto) },
      operationMetrics: {
        numAddedFiles: String(files.length),
        numRemovedFiles: String(without.length),
        numAddedBytes: bytes(files),
        numRemovedBytes: bytes(without),
      },
      isBlindAppend: false,
      dataChange: false,
    },
    now: Date.now(),
    state: { ...state, run },
  };
  return nextVersion(store, content, previous);
}
