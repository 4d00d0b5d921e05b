/**
 * Publishes one version of a table: data files, then the state, then one put-if-absent of the log's next file, which
 * is the moment at which readers see all of it. A crash before that moment leaves the version before. Who comes second
 * goes on top of the winner where that changed no rows.
 */
import { dataPackage } from './data-package.js';
import type { CommitOperation } from './delta/actions.js';
import { describedMetadata, nextMetadata, type TableMetadata } from './delta/metadata.js';
import { type DeltaStruct, deltaSchema } from './delta/schema.js';
import { readHead, type StoredHead } from './head.js';
import { tableFolder } from './names.js';
import { nextColumns } from './next-columns.js';
import { type NextFiles, nextFiles } from './next-files.js';
import { type NextVersion, newTransaction, nextVersion } from './next-version.js';
import { publishOnTop } from './publish-on-top.js';
import { conflict, rebased } from './rebase.js';
import { checkStaged } from './staging.js';
import type { Store } from './stores/store.js';
import type { CommitRequest, TableHead } from './types.js';

/**
 * @throws LakeError LK6030 (transient) when another writer changed rows since `base`, LK6031 for a staged file that is not
 * what it should be, LK6032 to LK6035 for columns and partitions that Delta cannot have, LK6001 to LK6008 from the store.
 */
export async function commitVersion(store: Store, request: CommitRequest): Promise<TableHead> {
  const { table, base, mode } = request;
  const newest = await readHead(store, table, base);
  if (mode === 'state' && newest === undefined) throw await conflict(store, table, base + 1);
  const previous = (newest?.version ?? -1) === base ? newest : await rebased(store, request);
  await checkStaged(store, request);
  const txnId = newTransaction();
  const next = await publishOnTop(store, {
    table,
    previous,
    prepare: (head) => prepare(store, request, head, txnId),
    rebase: () => rebased(store, request),
  });
  if (mode !== 'state') await describeTable(store, next.head);
  return next.head;
}

/** All that the next version consists of. */
async function prepare(
  store: Store,
  request: CommitRequest,
  previous: StoredHead | undefined,
  txnId: string,
): Promise<NextVersion> {
  const { table, mode } = request;
  const now = Date.now();
  const columns = nextColumns(request, previous?.state);
  const schema = deltaSchema(table, columns);
  const metadata = metadataOf(request, { schema, now }, previous);
  const { partitionBy } = metadata;
  const files = nextFiles(request, { columns, schema, partitionBy, txnId }, previous);
  const content = {
    table,
    txnId,
    ...(mode === 'state' && { dataVersion: request.dataVersion ?? previous!.state.dataVersion }),
    columns,
    metadata,
    files,
    staged: request.files.map(({ path }) => path),
    operation: operationOf(request, partitionBy, files),
    now,
    state: { ...request.state, ...(request.documents && { documents: request.documents }) },
  };
  return nextVersion(store, content, previous);
}

function operationOf(
  { mode }: CommitRequest,
  partitionBy: readonly string[],
  { removed, restored, restated }: NextFiles,
): CommitOperation {
  const moves = removed.length + restored.length > 0;
  const written = {
    mode: mode === 'append' ? 'Append' : 'Overwrite',
    partitionBy: JSON.stringify(partitionBy),
  };
  return {
    operation: mode !== 'state' ? 'WRITE' : moves ? 'RESTORE' : 'LAKE STATE',
    operationParameters: mode === 'state' ? {} : written,
    isBlindAppend: mode === 'append' && restated.length === 0 && !moves,
    dataChange: true,
  };
}

function metadataOf(
  request: CommitRequest,
  { schema, now }: { readonly schema: DeltaStruct; readonly now: number },
  previous: StoredHead | undefined,
): TableMetadata {
  const before = previous?.state.delta;
  const next = request.mode === 'state' ? before! : nextMetadata({ ...request, schema, now }, before);
  return describedMetadata(next, request.documents);
}

/** `datapackage.json` of a version that is published by now: what only describes it must not fail it, and is written anew by the next. */
export async function describeTable(store: Store, head: StoredHead): Promise<void> {
  const schema = deltaSchema(head.table, head.state.columns);
  const content = Buffer.from(`${JSON.stringify(dataPackage(head, schema), null, 2)}\n`);
  await store.put(`${tableFolder(head.table)}/datapackage.json`, content).catch(() => undefined);
}
