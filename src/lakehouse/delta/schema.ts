/**
 * Columns of DuckDB as the schema of a Delta table.
 * Source: Delta protocol, "Schema Serialization Format",
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#schema-serialization-format
 */

import type { ColumnInfo } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { TableId } from '../types.js';
import { type DuckDBType, parseDuckDBType } from './duckdb-type.js';

/** `'long'`, `'decimal(10,2)'`, or a nested type; goes into `schemaString` as it is. */
export type DeltaType =
  | string
  | { readonly type: 'array'; readonly elementType: DeltaType; readonly containsNull: true }
  | {
      readonly type: 'map';
      readonly keyType: DeltaType;
      readonly valueType: DeltaType;
      readonly valueContainsNull: true;
    }
  | DeltaStruct;

export interface DeltaStruct {
  readonly type: 'struct';
  readonly fields: readonly DeltaField[];
}

export interface DeltaField {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: true;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What DuckDB writes to Parquet → what readers make of it. ENUMs are written as text. */
const plainTypes: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'byte',
  SMALLINT: 'short',
  INTEGER: 'integer',
  BIGINT: 'long',
  UTINYINT: 'short',
  USMALLINT: 'integer',
  UINTEGER: 'long',
  FLOAT: 'float',
  DOUBLE: 'double',
  VARCHAR: 'string',
  ENUM: 'string',
  BLOB: 'binary',
  DATE: 'date',
  TIMESTAMP: 'timestamp_ntz',
  TIMESTAMP_S: 'timestamp_ntz',
  TIMESTAMP_MS: 'timestamp_ntz',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  TIMESTAMPTZ: 'timestamp',
};

/** What to cast other types to. DuckDB would write some of them, as something else: HUGEINT as DOUBLE. */
const castTo: Readonly<Record<string, string>> = {
  HUGEINT: 'DECIMAL(38,0)',
  UHUGEINT: 'DECIMAL(38,0)',
  UBIGINT: 'DECIMAL(20,0)',
  TIMESTAMP_NS: 'TIMESTAMP',
};

/**
 * The schema of a table.
 * @throws LakeError LK6032 for a type that Delta lacks, LK6033 for names that are equal but for case.
 */
export function deltaSchema(table: TableId, columns: readonly ColumnInfo[]): DeltaStruct {
  const struct = {
    kind: 'struct' as const,
    fields: columns.map(({ name, type }) => ({ name, type: parseDuckDBType(type) ?? unknownType(type) })),
  };
  return deltaStruct(struct, { table, column: '' });
}

/** True where a type or one inside it is `timestamp_ntz`, which readers must know as a feature. */
export function hasTimestampNtz(type: DeltaType): boolean {
  if (typeof type === 'string') return type === 'timestamp_ntz';
  if (type.type === 'array') return hasTimestampNtz(type.elementType);
  if (type.type === 'map') return hasTimestampNtz(type.keyType) || hasTimestampNtz(type.valueType);
  return type.fields.some((field) => hasTimestampNtz(field.type));
}

interface Place {
  readonly table: TableId;
  /** Path inside the table, for messages: `team.id`. */
  readonly column: string;
}

function deltaStruct(struct: Extract<DuckDBType, { kind: 'struct' }>, place: Place): DeltaStruct {
  refuseTwins(struct.fields, place.table);
  const fields = struct.fields.map(({ name, type }) => {
    const column = place.column === '' ? name : `${place.column}.${name}`;
    return {
      name,
      type: toDelta(type, { table: place.table, column }),
      nullable: true as const,
      metadata: {},
    };
  });
  return { type: 'struct', fields };
}

function toDelta(type: DuckDBType, place: Place): DeltaType {
  if (type.kind === 'struct') return deltaStruct(type, place);
  if (type.kind === 'list') {
    // pyarrow and delta-rs cannot open the Parquet file of an array of fixed length that has a NULL.
    if (type.fixed) throw unstorable(place, 'an array of fixed length', 'a list, such as DOUBLE[]');
    return { type: 'array', elementType: toDelta(type.element, place), containsNull: true };
  }
  if (type.kind === 'map') {
    const [keyType, valueType] = [toDelta(type.key, place), toDelta(type.value, place)];
    return { type: 'map', keyType, valueType, valueContainsNull: true };
  }
  if (type.name === 'DECIMAL') return `decimal(${type.args[0] ?? '18'},${type.args[1] ?? '3'})`;
  if (Object.hasOwn(plainTypes, type.name)) return plainTypes[type.name]!;
  throw unstorable(place, type.name, Object.hasOwn(castTo, type.name) ? castTo[type.name]! : 'VARCHAR');
}

function unstorable({ table, column }: Place, type: string, better: string): LakeError {
  return new LakeError('LK6032', `${table}: column "${column}" is ${type}, which Delta tables cannot store`, {
    hint: `Cast it to ${better} in the SQL.`,
    details: { table, column, type },
  });
}

/** Delta and most of its readers look names up without case. SQL may yield one name twice. */
function refuseTwins(fields: readonly { readonly name: string }[], table: TableId): void {
  const seen = new Map<string, string>();
  for (const { name } of fields) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      const message =
        twin === name
          ? `two columns are named "${name}"`
          : `the columns "${twin}" and "${name}" differ only in case`;
      throw new LakeError('LK6033', `${table}: ${message}`, {
        hint:
          twin === name
            ? `Leave one of them out, or give it another name: … as ${name}_2`
            : 'Rename one of them: Delta readers take them for the same column.',
        details: { table, columns: [twin, name] },
      });
    }
    seen.set(name.toLowerCase(), name);
  }
}

const unknownType = (text: string): DuckDBType => ({ kind: 'plain', name: text, args: [] });
