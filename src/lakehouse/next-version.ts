/** All that one version of a table consists of: its state, its log file, and the data files that come with it. */
import { randomUUID } from 'node:crypto';
import { type CommitOperation, commitLines } from './delta/actions.js';
import { checkpointDue } from './delta/checkpoint/due.js';
import { readLastCheckpoint } from './delta/checkpoint/last-checkpoint.js';
import { metadataActions, type TableMetadata } from './delta/metadata.js';
import { deltaSchema } from './delta/schema.js';
import type { StoredHead } from './head.js';
import { tableFolder } from './names.js';
import type { NextFiles } from './next-files.js';
import type { Publication } from './publish-version.js';
import { encodeState, type StoredState } from './state-file.js';
import type { Store } from './stores/store.js';
import type { TableId, TableState } from './types.js';

/** What a version is made of. Everything that its place in the log decides is left out. */
export interface VersionContent {
  readonly table: TableId;
  readonly txnId: string;
  /** Undefined: the version itself changes rows. */
  readonly dataVersion?: number;
  readonly columns: TableState['columns'];
  readonly metadata: TableMetadata;
  readonly files: NextFiles;
  /** Where the added files were staged, in their order; absolute paths. */
  readonly staged: readonly string[];
  readonly operation: CommitOperation;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly state: Omit<
    TableState,
    'format' | 'table' | 'version' | 'dataVersion' | 'txnId' | 'at' | 'columns' | 'files' | 'rows' | 'bytes'
  >;
}

export interface NextVersion {
  readonly head: StoredHead;
  readonly publication: Publication;
}

export const newTransaction = (): string => randomUUID();

/** @throws LakeError LK6032, LK6033 for columns that Delta cannot have. */
export async function nextVersion(
  store: Store,
  content: VersionContent,
  previous: StoredHead | undefined,
): Promise<NextVersion> {
  const { table, txnId, columns, metadata, files, now } = content;
  const version = (previous?.version ?? -1) + 1;
  const schema = deltaSchema(table, columns);
  const state: StoredState = {
    ...content.state,
    format: 1,
    table,
    version,
    dataVersion: content.dataVersion ?? version,
    txnId,
    at: new Date(now).toISOString(),
    columns,
    files: files.active,
    rows: files.active.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.active.reduce((sum, file) => sum + file.bytes, 0),
    delta: metadata,
    checkpoint: previous && (await knownCheckpoint(store, previous)),
  };
  const { content: encoded, origin } = encodeState(state);
  const before = previous && {
    metadata: previous.state.delta,
    schema: deltaSchema(table, previous.state.columns),
    redefined: previous.redefined,
  };
  const log = commitLines({
    version,
    txnId,
    now,
    operation: content.operation,
    partitionBy: metadata.partitionBy,
    origin,
    metadata: metadataActions(table, { metadata, schema }, before),
    ...files,
  });
  const folder = tableFolder(table);
  const data = files.added.map((file, index) => ({
    from: content.staged[index]!,
    key: `${folder}/${file.path}`,
  }));
  const objects = [...data, { key: `${folder}/${origin.state}`, content: encoded }];
  return { head: { table, version, state }, publication: { table, version, txnId, objects, log } };
}

/** Looks for one only where the version before should have got it: a commit costs no request more for that. */
async function knownCheckpoint(store: Store, previous: StoredHead): Promise<number | undefined> {
  const { table, version, state } = previous;
  if (!checkpointDue(version, state.checkpoint)) return state.checkpoint;
  return (await readLastCheckpoint(store, table))?.version;
}
