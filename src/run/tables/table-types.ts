/** Types that a published table may have: Delta knows fewer than DuckDB, so results are cast before they are written. */

import type { ColumnInfo } from '../../engine/types.js';
import { type DuckDBType, parseDuckDBType } from '../../lakehouse/delta/duckdb-type.js';
import { quoteIdent } from '../../sql/quote.js';

const SAFE: Readonly<Record<string, string>> = {
  HUGEINT: 'DECIMAL(38,0)', // sum() of integers; Parquet would make it a double
  UHUGEINT: 'DECIMAL(38,0)',
  UBIGINT: 'DECIMAL(20,0)',
  BIGNUM: 'VARCHAR',
  JSON: 'VARCHAR',
  UUID: 'VARCHAR',
  TIME: 'VARCHAR',
  TIME_NS: 'VARCHAR',
  'TIME WITH TIME ZONE': 'VARCHAR',
  INTERVAL: 'VARCHAR',
  BIT: 'VARCHAR',
  ENUM: 'VARCHAR',
  TIMESTAMP_NS: 'TIMESTAMP',
  TIMESTAMP_S: 'TIMESTAMP',
  TIMESTAMP_MS: 'TIMESTAMP',
};

/** The type that a result column is published with: `HUGEINT` → `DECIMAL(38,0)`, `UUID[]` → `VARCHAR[]`. */
export function publishedType(duckdbType: string): string {
  const type = parseDuckDBType(duckdbType);
  return type ? published(type) : duckdbType;
}

/** Types that become another one without any value being read differently: nobody has to hear of them. */
const THE_SAME = ['ENUM', 'TIMESTAMP_S', 'TIMESTAMP_MS'];

/** A result column as it is published, with the type that it had where Delta lacks it. */
export function publishedColumn(name: string, duckdbType: string): ColumnInfo {
  const parsed = parseDuckDBType(duckdbType);
  const type = parsed ? published(parsed) : duckdbType;
  return parsed && isLacking(parsed) ? { name, type, castFrom: duckdbType } : { name, type };
}

function isLacking(type: DuckDBType): boolean {
  switch (type.kind) {
    case 'plain':
      return SAFE[type.name] !== undefined && !THE_SAME.includes(type.name);
    case 'list':
      return isLacking(type.element);
    case 'map':
      return isLacking(type.key) || isLacking(type.value);
    case 'struct':
      return type.fields.some((field) => isLacking(field.type));
  }
}

function published(type: DuckDBType): string {
  switch (type.kind) {
    case 'plain':
      return SAFE[type.name] ?? (type.args.length > 0 ? `${type.name}(${type.args.join(',')})` : type.name);
    // Arrays of a fixed length: a file with a NULL among them cannot be opened by Arrow's Parquet reader.
    case 'list':
      return `${published(type.element)}[]`;
    case 'map':
      return `MAP(${published(type.key)}, ${published(type.value)})`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoteIdent(field.name)} ${published(field.type)}`).join(', ')})`;
  }
}

/**
 * The SELECT list that publishes columns with these types. Delta writes an empty text in a partition column as NULL, so
 * it is made NULL before its rows are sorted into folders. So are days and instants without end, for which Parquet has no
 * value: other readers fail on them.
 */
export function publishedSelect(
  columns: readonly { readonly name: string; readonly type: string }[],
  partitionBy: readonly string[],
): string {
  const partitions = new Set(partitionBy.map((name) => name.toLowerCase()));
  return columns
    .map(({ name, type }) => {
      const column = quoteIdent(name);
      const value = publishedValue(`${column}::${type}`, type, partitions.has(name.toLowerCase()));
      return `${value} as ${column}`;
    })
    .join(', ');
}

const CAN_BE_ENDLESS = ['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'];

function publishedValue(value: string, type: string, isPartition: boolean): string {
  if (type === 'VARCHAR' && isPartition) return `nullif(${value}, '')`;
  return CAN_BE_ENDLESS.includes(type) ? `case when isfinite(${value}) then ${value} end` : value;
}
