/**
 * Arrow's type for each type of DuckDB that has one which loses nothing; docs/api.md has them as a table.
 * Source: Arrow columnar format, https://arrow.apache.org/docs/format/Columnar.html#data-types
 */
import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_,
  Null,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';

const PLAIN: Readonly<Partial<Record<DuckDBTypeId, () => DataType>>> = {
  [DuckDBTypeId.BOOLEAN]: () => new Bool(),
  [DuckDBTypeId.TINYINT]: () => new Int8(),
  [DuckDBTypeId.SMALLINT]: () => new Int16(),
  [DuckDBTypeId.INTEGER]: () => new Int32(),
  [DuckDBTypeId.BIGINT]: () => new Int64(),
  [DuckDBTypeId.UTINYINT]: () => new Uint8(),
  [DuckDBTypeId.USMALLINT]: () => new Uint16(),
  [DuckDBTypeId.UINTEGER]: () => new Uint32(),
  [DuckDBTypeId.UBIGINT]: () => new Uint64(),
  // Of 128 bits, which is what it is: a value of 39 digits is there, too.
  [DuckDBTypeId.HUGEINT]: () => new Decimal(0, 38),
  [DuckDBTypeId.FLOAT]: () => new Float32(),
  [DuckDBTypeId.DOUBLE]: () => new Float64(),
  [DuckDBTypeId.VARCHAR]: () => new Utf8(),
  [DuckDBTypeId.ENUM]: () => new Utf8(),
  [DuckDBTypeId.UUID]: () => new Utf8(),
  [DuckDBTypeId.BLOB]: () => new Binary(),
  [DuckDBTypeId.DATE]: () => new DateDay(),
  [DuckDBTypeId.TIME]: () => new TimeMicrosecond(),
  [DuckDBTypeId.TIMESTAMP_S]: () => new TimestampSecond(),
  [DuckDBTypeId.TIMESTAMP_MS]: () => new TimestampMillisecond(),
  [DuckDBTypeId.TIMESTAMP_NS]: () => new TimestampNanosecond(),
  [DuckDBTypeId.TIMESTAMP]: () => new TimestampMicrosecond(),
  [DuckDBTypeId.TIMESTAMP_TZ]: () => new TimestampMicrosecond('UTC'),
  [DuckDBTypeId.SQLNULL]: () => new Null(),
};

/** @throws TypeError for a type that has none: INTERVAL, BIT, TIME WITH TIME ZONE, TIME_NS, BIGNUM, UHUGEINT, UNION, GEOMETRY, VARIANT. */
export function arrowType(type: DuckDBType): DataType {
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL:
      return new Decimal(type.scale, type.width);
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return new List(field('item', type.valueType));
    case DuckDBTypeId.STRUCT:
      return new Struct(type.entryNames.map((name, i) => field(name, type.entryTypes[i]!)));
    case DuckDBTypeId.MAP: {
      const key = new Field('key', arrowType(type.keyType), false);
      const entry = new Struct<{ key: DataType; value: DataType }>([key, field('value', type.valueType)]);
      return new Map_(new Field('entries', entry, false));
    }
    default: {
      const plain = PLAIN[type.typeId];
      if (plain === undefined) throw new TypeError(`Arrow batches hold no ${type}`);
      return plain();
    }
  }
}

export function field(name: string, type: DuckDBType): Field {
  return new Field(name, arrowType(type), true);
}
