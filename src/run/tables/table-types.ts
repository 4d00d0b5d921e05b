/** Types that a published table may have: Delta knows fewer than DuckDB, so results are cast before they are written. */

import type { ColumnInfo, ResultSet, Statement } from '../../engine/types.js';
import { type DuckDBType, parseDuckDBType } from '../../lakehouse/delta/duckdb-type.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import { NULL_PARTITION } from './staged-files.js';

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

type Columns = readonly { readonly name: string; readonly type: string }[];
type Lost = NonNullable<ColumnInfo['lost']>;

/**
 * The SELECT list that publishes columns with these types. Delta writes an empty text in a partition column as NULL, and the folder
 * of NULL has a name that a text may have as well: both are made NULL before rows are sorted into folders. So are days and instants
 * without end, for which Parquet has no value: other readers fail on them.
 */
export function publishedSelect(columns: Columns, partitionBy: readonly string[]): string {
  return selectList(columns, partitionBy, ({ name, type }) => `${quoteIdent(name)}::${type}`);
}

/** The same in two steps, between which `lostStatements` can be asked: the types, and of what has them what a table can have. */
export function castSelect(columns: Columns): string {
  return columns.map(({ name, type }) => `${quoteIdent(name)}::${type} as ${quoteIdent(name)}`).join(', ');
}

export function keptSelect(columns: Columns, partitionBy: readonly string[]): string {
  return selectList(columns, partitionBy, ({ name }) => quoteIdent(name));
}

/** One statement, with one row of booleans: which columns have values that become NULL. None where none can. See `markLost`. */
export function lostStatements(
  columns: Columns,
  partitionBy: readonly string[],
  relation: string,
): readonly Statement[] {
  const found = columns.flatMap((column) => {
    const lost = lostIn(column, partitionBy);
    return lost ? [`coalesce(bool_or(${IS_LOST[lost](quoteIdent(column.name))}), false)`] : [];
  });
  if (found.length === 0) return [];
  return [{ sql: `select ${found.join(', ')} from ${relation}`, collect: 'rows', small: true }];
}

/** @param answer Of `lostStatements` for the same columns. */
export function markLost(
  columns: readonly ColumnInfo[],
  partitionBy: readonly string[],
  answer: ResultSet | undefined,
): readonly ColumnInfo[] {
  const answers = [...(answer?.rows[0] ?? [])];
  return columns.map((column) => {
    const lost = lostIn(column, partitionBy);
    return lost && answers.shift() === true ? { ...column, lost } : column;
  });
}

function selectList(
  columns: Columns,
  partitionBy: readonly string[],
  expression: (column: Columns[number]) => string,
): string {
  return columns
    .map((column) => {
      const value = expression(column);
      const lost = lostIn(column, partitionBy);
      const kept = lost ? `case when not ${IS_LOST[lost](value)} then ${value} end` : value;
      return `${kept} as ${quoteIdent(column.name)}`;
    })
    .join(', ');
}

/** Which of its values a column cannot keep. */
function lostIn({ name, type }: Columns[number], partitionBy: readonly string[]): Lost | undefined {
  if (['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'].includes(type)) return 'endless';
  const isPartition = partitionBy.some((one) => one.toLowerCase() === name.toLowerCase());
  return type === 'VARCHAR' && isPartition ? 'partition' : undefined;
}

const IS_LOST: Readonly<Record<Lost, (value: string) => string>> = {
  endless: (value) => `isinf(${value})`,
  partition: (value) => `(${value} in ('', ${quoteText(NULL_PARTITION)}))`,
};
