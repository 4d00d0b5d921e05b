/**
 * Publishes one version of a table: data files, then the state, then one put-if-absent of the log's next file, which
 * is the moment at which readers see all of it. A crash before that moment leaves the version before. Who comes second
 * goes on top of the winner where that changed no rows.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { dataPackage } from './data-package.js';
import { commitLines } from './delta/actions.js';
import { checkpointDue } from './delta/checkpoint/due.js';
import { readLastCheckpoint } from './delta/checkpoint/last-checkpoint.js';
import { describedMetadata, metadataActions, nextMetadata, type TableMetadata } from './delta/metadata.js';
import { type DeltaStruct, deltaSchema } from './delta/schema.js';
import { readHead, type StoredHead } from './head.js';
import { tableFolder } from './names.js';
import { nextColumns } from './next-columns.js';
import { nextFiles } from './next-files.js';
import { notTakenOver, type Publication, publishVersion, withdraw } from './publish-version.js';
import { conflict, rebased } from './rebase.js';
import { checkStaged } from './staging.js';
import { encodeState, type StoredState } from './state-file.js';
import type { NewObject, Store } from './stores/store.js';
import type { CommitRequest, TableHead } from './types.js';

/** So many versions may come in between, each published by somebody. */
const TRIES = 50;
const PAUSE_MS = 5;

/**
 * @throws LakeError LK6030 (transient) when another writer changed rows since `base`, LK6031 for a staged file that is not
 * what it should be, LK6032 to LK6035 for columns and partitions that Delta cannot have, LK6001 to LK6008 from the store.
 */
export async function commitVersion(store: Store, request: CommitRequest): Promise<TableHead> {
  const { table, base, mode } = request;
  const newest = await readHead(store, table);
  if (mode === 'state' && newest === undefined) throw await conflict(store, table, base + 1);
  let previous = (newest?.version ?? -1) === base ? newest : await rebased(store, request);
  await checkStaged(store, request);
  const txnId = randomUUID();
  let left: readonly NewObject[] = [];
  for (let tries = 1; ; tries++) {
    const next = await prepare(store, request, previous, txnId);
    // At a second try the data files are taken over already, and keep their names.
    const sent = tries === 1 ? next.publication.objects : notTakenOver(next.publication.objects);
    if (await publishVersion(store, { ...next.publication, objects: sent })) {
      await withdraw(store, left);
      if (mode !== 'state') await describeTable(store, next.head);
      return next.head;
    }
    const { objects } = next.publication;
    const lost = async (error: unknown): Promise<never> => {
      await withdraw(store, [...left, ...objects]);
      throw error;
    };
    if (tries === TRIES) await lost(await conflict(store, table, next.head.version));
    previous = await rebased(store, request).catch(lost);
    // A state is that of its version.
    left = [...left, ...objects.filter((object) => !('from' in object))];
    await wait(Math.random() * PAUSE_MS * tries);
  }
}

interface NextVersion {
  readonly head: StoredHead;
  readonly publication: Publication;
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
  const version = (previous?.version ?? -1) + 1;
  const columns = nextColumns(request, previous?.state);
  const schema = deltaSchema(table, columns);
  const metadata = metadataOf(request, { schema, now }, previous);
  const { partitionBy } = metadata;
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
  const data = files.added.map((file, index) => ({
    from: request.files[index]!.path,
    key: `${folder}/${file.path}`,
  }));
  const objects = [...data, { key: `${folder}/${origin.state}`, content }];
  return { head: { table, version, state }, publication: { table, version, txnId, objects, log } };
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

/** Looks for one only where the version before should have got it: a commit costs no request more for that. */
async function knownCheckpoint(store: Store, previous: StoredHead): Promise<number | undefined> {
  const { table, version, state } = previous;
  if (!checkpointDue(version, state.checkpoint)) return state.checkpoint;
  return (await readLastCheckpoint(store, table))?.version;
}

/** `datapackage.json` of a version that is published by now: what only describes it must not fail it, and is written anew by the next. */
export async function describeTable(store: Store, head: StoredHead): Promise<void> {
  const schema = deltaSchema(head.table, head.state.columns);
  const content = Buffer.from(`${JSON.stringify(dataPackage(head, schema), null, 2)}\n`);
  await store.put(`${tableFolder(head.table)}/datapackage.json`, content).catch(() => undefined);
}
