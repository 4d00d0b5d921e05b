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
export function publishedSelect(columns: Columns, partitionBy: readonly string[]): string {
  return selectList(columns, partitionBy, ({ type }, value) => (canBeEndless(type) ? finite(value) : value));
}

/** The same, but that days and instants without end are still there. `finiteSelect` of it is what is published. */
export function castSelect(columns: Columns, partitionBy: readonly string[]): string {
  return selectList(columns, partitionBy, (_, value) => value);
}

export function finiteSelect(columns: Columns): string {
  return columns
    .map(({ name, type }) => {
      const column = quoteIdent(name);
      return canBeEndless(type) ? `${finite(column)} as ${column}` : column;
    })
    .join(', ');
}

/** One row of booleans, in the order of `endlessColumns`: which of them have a value without end. Undefined where none can. */
export function endlessSql(columns: Columns, relation: string): string | undefined {
  const found = endlessColumns(columns).map(
    (name) => `coalesce(bool_or(not isfinite(${quoteIdent(name)})), false)`,
  );
  return found.length === 0 ? undefined : `select ${found.join(', ')} from ${relation}`;
}

/** Columns whose type has values without end. */
export function endlessColumns(columns: Columns): readonly string[] {
  return columns.filter(({ type }) => canBeEndless(type)).map(({ name }) => name);
}

type Columns = readonly { readonly name: string; readonly type: string }[];

function selectList(
  columns: Columns,
  partitionBy: readonly string[],
  expression: (column: Columns[number], value: string) => string,
): string {
  const partitions = new Set(partitionBy.map((name) => name.toLowerCase()));
  return columns
    .map((column) => {
      const name = quoteIdent(column.name);
      const cast = `${name}::${column.type}`;
      const isText = column.type === 'VARCHAR' && partitions.has(column.name.toLowerCase());
      return `${isText ? `nullif(${cast}, '')` : expression(column, cast)} as ${name}`;
    })
    .join(', ');
}

function canBeEndless(type: string): boolean {
  return ['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'].includes(type);
}

function finite(value: string): string {
  return `case when isfinite(${value}) then ${value} end`;
}
