/**
 * One commit as the lines of its JSON file.
 * Source: Delta protocol, "Actions", https://github.com/delta-io/delta/blob/master/PROTOCOL.md#actions
 */

import type { DataFile } from '../types.js';
import { lakeVersion } from '../versions.js';
import type { CommitOrigin } from './commit-info.js';
import { uriPath } from './paths.js';

export interface AddedFile extends DataFile {
  /** JSON as text, from `fileStats`. */
  readonly stats: string;
}

/** What a commit says that it did: a `commitInfo` of Delta's history. */
export interface CommitOperation {
  /** `WRITE`, `RESTORE`, `OPTIMIZE`; `LAKE STATE` where no file came or went. */
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, unknown>>;
  /** Counts, as text: Delta's history is a map of texts. */
  readonly operationMetrics?: Readonly<Record<string, string>>;
  readonly isBlindAppend: boolean;
  /** False where the rows are those of before, in other files. */
  readonly dataChange: boolean;
}

export interface CommitContent {
  readonly version: number;
  readonly txnId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly operation: CommitOperation;
  readonly partitionBy: readonly string[];
  readonly origin: CommitOrigin;
  /** `protocol` and `metaData`, where they are new or changed. */
  readonly metadata: readonly object[];
  readonly added: readonly AddedFile[];
  readonly removed: readonly DataFile[];
  /** Files that another program had taken out. */
  readonly restored: readonly AddedFile[];
  /** Files that the table has already, with other statistics. */
  readonly restated: readonly AddedFile[];
}

/** The file's content: one action a line, `commitInfo` first. */
export function commitLines(commit: CommitContent): Buffer {
  const { dataChange } = commit.operation;
  const actions: object[] = [
    { commitInfo: commitInfo(commit) },
    ...commit.metadata,
    { txn: { appId: 'lake', version: commit.version, lastUpdated: commit.now } },
    ...commit.removed.map((file) => ({ remove: remove(file, commit) })),
    ...commit.restated.map((file) => ({ add: add(file, commit, false) })),
    ...[...commit.restored, ...commit.added].map((file) => ({ add: add(file, commit, dataChange) })),
  ];
  return Buffer.from(actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
}

function commitInfo({ operation: told, now, txnId, origin }: CommitContent): object {
  const { dataChange: _, ...operation } = told;
  return { timestamp: now, ...operation, engineInfo: `lake/${lakeVersion()}`, txnId, lake: origin };
}

function add(file: AddedFile, { partitionBy, now }: CommitContent, dataChange: boolean): object {
  return {
    path: file.uri ?? uriPath(file.path),
    partitionValues: partitionValues(file, partitionBy),
    size: file.bytes,
    modificationTime: now,
    dataChange,
    stats: file.stats,
  };
}

function remove(file: DataFile, { partitionBy, now, operation }: CommitContent): object {
  return {
    path: file.uri ?? uriPath(file.path),
    deletionTimestamp: now,
    dataChange: operation.dataChange,
    extendedFileMetadata: true,
    partitionValues: partitionValues(file, partitionBy),
    size: file.bytes,
  };
}

function partitionValues(file: DataFile, partitionBy: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(partitionBy.map((column) => [column, file.partition?.[column] ?? null]));
}
