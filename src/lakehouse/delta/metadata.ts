/**
 * The `protocol` and `metaData` actions: who can read a table, and what it is.
 * Source: Delta protocol, "Change Metadata" and "Protocol Evolution",
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#change-metadata
 */
import { randomUUID } from 'node:crypto';
import { LakeError } from '../../errors/lake-error.js';
import type { TableDocuments, TableId } from '../types.js';
import { type Protocol, protocolOf } from './protocol.js';
import { type DeltaStruct, hasTimestampNtz } from './schema.js';

/** What Delta's log says of a table at one version. */
export interface TableMetadata {
  /** Stays the same for the table's whole life. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdTime: number;
  readonly partitionBy: readonly string[];
  readonly description?: string;
  /** Column → its comment. */
  readonly comments?: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  /** True once a column had the type `timestamp_ntz`: a protocol is never lowered. */
  readonly timestampNtz: boolean;
  /** Where another program raised the protocol: what it is. */
  readonly protocol?: Protocol;
}

export interface MetadataInput {
  readonly table: TableId;
  readonly schema: DeltaStruct;
  readonly partitionBy: readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly now: number;
}

/**
 * The metadata of the next version.
 * @throws LakeError LK6035 for partitions that Delta cannot have.
 */
export function nextMetadata(input: MetadataInput, previous: TableMetadata | undefined): TableMetadata {
  const { schema } = input;
  for (const column of input.partitionBy) checkPartition(input.table, column, schema);
  return {
    id: previous?.id ?? randomUUID(),
    createdTime: previous?.createdTime ?? input.now,
    partitionBy: input.partitionBy,
    ...(input.description === undefined ? {} : { description: input.description }),
    properties: { ...deltaProperties(previous), ...input.properties },
    timestampNtz: (previous?.timestampNtz ?? false) || hasTimestampNtz(schema),
    ...(previous?.protocol && { protocol: previous.protocol }),
  };
}

/** What was set with another program: `delta.logRetentionDuration`. */
function deltaProperties(previous: TableMetadata | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(previous?.properties ?? {});
  return Object.fromEntries(entries.filter(([name]) => name.startsWith('delta.')));
}

/** The same table with these descriptions; as it is where none are given. */
export function describedMetadata(
  metadata: TableMetadata,
  documents: TableDocuments | undefined,
): TableMetadata {
  if (!documents) return metadata;
  const { description: _description, comments: _comments, ...rest } = metadata;
  const { description, comments } = documents;
  return {
    ...rest,
    ...(description !== undefined && { description }),
    ...(Object.keys(comments).length > 0 && { comments }),
  };
}

interface Definition {
  readonly metadata: TableMetadata;
  readonly schema: DeltaStruct;
}

/**
 * The actions that are new or changed since `previous`; `undefined` stands for a table that is not there yet, `redefined` for
 * one whose log has metadata of another program.
 */
export function metadataActions(
  table: TableId,
  next: Definition,
  previous: (Definition & { readonly redefined?: boolean }) | undefined,
): object[] {
  const actions: object[] = [];
  const protocol = protocolOf(next.metadata);
  const protocolBefore = previous && protocolOf(previous.metadata);
  if (JSON.stringify(protocol) !== JSON.stringify(protocolBefore)) actions.push({ protocol });
  const before =
    previous && !previous.redefined && JSON.stringify(metaData(table, previous.metadata, previous.schema));
  const after = metaData(table, next.metadata, next.schema);
  if (JSON.stringify(after) !== before) actions.push({ metaData: after });
  return actions;
}

function metaData(table: TableId, metadata: TableMetadata, schema: DeltaStruct): object {
  return {
    id: metadata.id,
    name: table,
    ...(metadata.description === undefined ? {} : { description: metadata.description }),
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify(commented(schema, metadata.comments)),
    partitionColumns: metadata.partitionBy,
    configuration: metadata.properties,
    createdTime: metadata.createdTime,
  };
}

/** Comments are metadata of the fields, where Spark, Trino and delta-rs look for them. */
function commented(schema: DeltaStruct, comments: TableMetadata['comments'] = {}): DeltaStruct {
  return {
    ...schema,
    fields: schema.fields.map((field) => {
      const comment = Object.hasOwn(comments, field.name) ? comments[field.name] : undefined;
      return comment === undefined ? field : { ...field, metadata: { ...field.metadata, comment } };
    }),
  };
}

/** Types whose values read the same in a folder's name, in the log and in SQL. */
const partitionTypes = ['string', 'byte', 'short', 'integer', 'long', 'date', 'boolean', 'timestamp_ntz'];

function checkPartition(table: TableId, column: string, schema: DeltaStruct): void {
  const type = schema.fields.find((field) => field.name === column)?.type;
  if (typeof type === 'string' && (partitionTypes.includes(type) || type.startsWith('decimal'))) return;
  const what = type === undefined ? 'there is no such column' : 'readers disagree on values of its type';
  throw new LakeError('LK6035', `${table} cannot be partitioned by "${column}": ${what}`, {
    hint: 'Partition by text, a whole number, a decimal, a boolean, a date or a timestamp without zone.',
    details: { table, column },
  });
}
