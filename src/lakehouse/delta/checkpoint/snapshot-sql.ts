/**
 * The replay of a log in SQL: what counts of a checkpoint's actions and of those of the commits after it. It is the
 * engine's work, for a table of many files has as many actions.
 * Source: Delta protocol, "Action Reconciliation" and "Checkpoint Schema",
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#action-reconciliation
 */
import { quoteText } from '../../../sql/quote.js';

/** Types of the actions that a checkpoint keeps; whatever else other writers put into them is left out. */
const ACTIONS = {
  txn: { appId: 'VARCHAR', version: 'BIGINT', lastUpdated: 'BIGINT' },
  add: {
    path: 'VARCHAR',
    partitionValues: 'MAP(VARCHAR, VARCHAR)',
    size: 'BIGINT',
    modificationTime: 'BIGINT',
    dataChange: 'BOOLEAN',
    stats: 'VARCHAR',
    tags: 'MAP(VARCHAR, VARCHAR)',
    deletionVector: 'JSON',
  },
  remove: {
    path: 'VARCHAR',
    deletionTimestamp: 'BIGINT',
    dataChange: 'BOOLEAN',
    extendedFileMetadata: 'BOOLEAN',
    partitionValues: 'MAP(VARCHAR, VARCHAR)',
    size: 'BIGINT',
  },
  metaData: {
    id: 'VARCHAR',
    name: 'VARCHAR',
    description: 'VARCHAR',
    format: { provider: 'VARCHAR', options: 'MAP(VARCHAR, VARCHAR)' },
    schemaString: 'VARCHAR',
    partitionColumns: ['VARCHAR'],
    createdTime: 'BIGINT',
    configuration: 'MAP(VARCHAR, VARCHAR)',
  },
  protocol: {
    minReaderVersion: 'INTEGER',
    minWriterVersion: 'INTEGER',
    readerFeatures: ['VARCHAR'],
    writerFeatures: ['VARCHAR'],
  },
};

export interface LogFiles {
  /** Absolute path of NDJSON: `{"v": <version>, "a": <line of a commit>}`. */
  readonly commits: string;
  /** The checkpoint that they follow, where there is one; absolute paths of its parts. */
  readonly checkpoint?: { readonly version: number; readonly paths: readonly string[] };
}

/**
 * `WITH …` that ends in `snapshot(txn, add, remove, "metaData", protocol)`, one action a row: the newest of each. Files
 * that were removed are still in `remove`, those that are there in `add`.
 */
export function snapshotSql({ commits, checkpoint }: LogFiles): string {
  const base =
    checkpoint === undefined
      ? ''
      : `union all select ${checkpoint.version} as v, to_json(t) as a from read_parquet([${checkpoint.paths.map(quoteText).join(', ')}], union_by_name = true) t`;
  const oneOf = (name: string, key: string, order = 'v desc'): string =>
    `select "${name}" from actions where "${name}" is not null qualify row_number() over (partition by ${key} order by ${order}) = 1`;
  return `with lines as (
  select (json->>'v')::bigint as v, json->'a' as a from read_ndjson_objects(${quoteText(commits)}, maximum_object_size = 134217728)
  ${base}
), typed as (
  select v, json_transform(a, ${quoteText(JSON.stringify(ACTIONS))}) as t from lines
), actions as (
  select v, t.txn as txn, t."add" as "add", t.remove as remove, t."metaData" as "metaData", t.protocol as protocol from typed
), files as (
  select "add", remove from actions where coalesce("add".path, remove.path) is not null
  qualify row_number() over (partition by coalesce("add".path, remove.path) order by v desc, "add".path is null) = 1
), snapshot as (
  select * from (${oneOf('protocol', '1')})
  union all by name select * from (${oneOf('metaData', '1')})
  union all by name select * from (${oneOf('txn', 'txn."appId"')})
  union all by name select "add", remove from files
)`;
}

export interface CheckpointOptions extends LogFiles {
  /** Absolute path of the checkpoint to write. */
  readonly out: string;
  /** Removals before it are forgotten: milliseconds since 1970. */
  readonly removedSince: number;
  readonly readerFeatures: boolean;
  readonly writerFeatures: boolean;
}

/** Writes a classic checkpoint in one file. Lists of features are part of its schema only where the protocol has them. */
export function checkpointSql(options: CheckpointOptions): string {
  const features = [
    ...(options.readerFeatures ? ['"readerFeatures" := protocol."readerFeatures"'] : []),
    ...(options.writerFeatures ? ['"writerFeatures" := protocol."writerFeatures"'] : []),
  ].map((feature) => `, ${feature}`);
  return `copy (
${snapshotSql(options)}
select txn,
  case when "add" is not null then struct_pack(path := "add".path, "partitionValues" := "add"."partitionValues",
    size := "add".size, "modificationTime" := "add"."modificationTime", "dataChange" := false, stats := "add".stats,
    tags := "add".tags) end as "add",
  case when remove is not null then struct_pack(path := remove.path, "deletionTimestamp" := remove."deletionTimestamp",
    "dataChange" := false, "extendedFileMetadata" := remove."extendedFileMetadata",
    "partitionValues" := remove."partitionValues", size := remove.size) end as remove,
  "metaData",
  case when protocol is not null then struct_pack("minReaderVersion" := protocol."minReaderVersion",
    "minWriterVersion" := protocol."minWriterVersion"${features.join('')}) end as protocol
from snapshot
where remove is null or remove."deletionTimestamp" > ${options.removedSince}
) to ${quoteText(options.out)} (format parquet, compression zstd)`;
}
