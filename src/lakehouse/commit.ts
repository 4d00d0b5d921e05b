/**
 * Publishes one version of a table: data files, then the state, then one put-if-absent of the log's next file, which
 * is the moment at which readers see all of it. A crash before that moment leaves the version before.
 */
import { randomUUID } from 'node:crypto';
import { LakeError } from '../errors/lake-error.js';
import { dataPackage } from './data-package.js';
import { commitLines } from './delta/actions.js';
import { checkpointDue } from './delta/checkpoint/due.js';
import { readLastCheckpoint } from './delta/checkpoint/last-checkpoint.js';
import { logFile, readCommitInfo } from './delta/log.js';
import { describedMetadata, metadataActions, nextMetadata } from './delta/metadata.js';
import { type DeltaStruct, deltaSchema } from './delta/schema.js';
import { readHead, type StoredHead } from './head.js';
import { tableFolder } from './names.js';
import { nextColumns } from './next-columns.js';
import { nextFiles } from './next-files.js';
import { checkStaged } from './staging.js';
import { encodeState, type StoredState } from './state-file.js';
import type { NewObject, Store } from './stores/store.js';
import type { CommitRequest, TableHead, TableId } from './types.js';

/**
 * @throws LakeError LK6030 (transient) when another writer published since `base`, LK6031 for a staged file that is not
 * what it should be, LK6032 to LK6035 for columns and partitions that Delta cannot have, LK6001 to LK6008 from the store.
 */
export async function commitVersion(store: Store, request: CommitRequest): Promise<TableHead> {
  const { table, base, mode } = request;
  const previous = await readHead(store, table);
  if ((previous?.version ?? -1) !== base || (mode === 'state' && previous === undefined)) {
    throw await conflict(store, table, base);
  }
  const now = Date.now();
  const txnId = randomUUID();
  const version = base + 1;
  const columns = nextColumns(request, previous?.state);
  const schema = deltaSchema(table, columns);
  const metadata =
    mode === 'state'
      ? describedMetadata(previous!.state.delta, request.documents)
      : describedMetadata(
          nextMetadata({ ...request, schema, now }, previous?.state.delta),
          request.documents,
        );
  const { partitionBy } = metadata;
  await checkStaged(store, request);
  const files = nextFiles(request, { columns, schema, partitionBy, txnId }, previous);

  const state: StoredState = {
    ...request.state,
    format: 1,
    table,
    version,
    dataVersion: mode === 'state' ? (request.dataVersion ?? previous!.state.dataVersion) : version,
    txnId,
    at: new Date(now).toISOString(),
    columns,
    files: files.active,
    rows: files.active.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.active.reduce((sum, file) => sum + file.bytes, 0),
    delta: metadata,
    checkpoint: previous && (await knownCheckpoint(store, previous)),
    ...(request.documents && { documents: request.documents }),
  };
  const { content, origin } = encodeState(state);
  const before = previous && {
    metadata: previous.state.delta,
    schema: deltaSchema(table, previous.state.columns),
    redefined: previous.redefined,
  };
  const log = commitLines({
    version,
    txnId,
    now,
    mode,
    partitionBy,
    origin,
    metadata: metadataActions(table, { metadata, schema }, before),
    ...files,
  });
  const folder = tableFolder(table);
  await publish(store, {
    table,
    version,
    txnId,
    base,
    log,
    objects: [
      ...files.added.map((file, index) => ({
        from: request.files[index]!.path,
        key: `${folder}/${file.path}`,
      })),
      { key: `${folder}/${origin.state}`, content },
    ],
  });
  const head: StoredHead = { table, version, state };
  if (mode !== 'state') await describe(store, head, schema);
  return head;
}

/** Looks for one only where the version before should have got it: a commit costs no request more for that. */
async function knownCheckpoint(store: Store, previous: StoredHead): Promise<number | undefined> {
  const { table, version, state } = previous;
  if (!checkpointDue(version, state.checkpoint)) return state.checkpoint;
  return (await readLastCheckpoint(store, table))?.version;
}

interface Publication {
  readonly table: TableId;
  readonly version: number;
  readonly base: number;
  readonly txnId: string;
  /** Data files and the state. */
  readonly objects: readonly NewObject[];
  readonly log: Buffer;
}

async function publish(store: Store, publication: Publication): Promise<void> {
  const { table, version, txnId, base, objects, log } = publication;
  let failure: unknown;
  try {
    if (await store.publish(objects, { key: logFile(table, version), content: log })) return;
  } catch (error) {
    failure = error;
  }
  // The answer may be lost and the version published all the same: its transaction tells. Where even that cannot be
  // read nothing is cleaned up, for readers may already need it.
  const winner = await readCommitInfo(store, table, version).catch(() => 'unknown' as const);
  if (winner === 'unknown') throw failure;
  if (winner?.txnId === txnId) return;
  // Orphans are invisible, so that one which cannot be deleted is left to `lake vacuum`.
  await Promise.allSettled(objects.map(({ key }) => store.delete(key)));
  throw failure ?? (await conflict(store, table, base));
}

/** Says who was first, as far as the log tells. */
async function conflict(store: Store, table: TableId, base: number): Promise<LakeError> {
  const winner = await readCommitInfo(store, table, base + 1);
  const by = winner?.lake ? `run ${winner.lake.run}` : winner?.engineInfo || 'another program';
  const what = winner
    ? `version ${base + 1} was published by ${by} at ${new Date(winner.timestamp).toISOString()}, while this run was working`
    : `version ${base}, from which this run started, is no longer the newest`;
  return new LakeError('LK6030', `${table}: ${what}`, {
    hint: 'Run the same command again: it starts from the newest version.',
    transient: true,
    details: { table, base, run: winner?.lake?.run, at: winner?.timestamp },
  });
}

/** The version is published by now: what only describes it must not fail it, and is written anew by the next. */
async function describe(store: Store, head: StoredHead, schema: DeltaStruct): Promise<void> {
  const content = Buffer.from(`${JSON.stringify(dataPackage(head, schema), null, 2)}\n`);
  await store.put(`${tableFolder(head.table)}/datapackage.json`, content).catch(() => undefined);
}
