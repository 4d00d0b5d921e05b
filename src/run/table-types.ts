/** Types that a published table may have: Delta knows fewer than DuckDB, so results are cast before they are written. */
import { quoteIdent } from '../engine/sql-text.js';

const SAFE: Readonly<Record<string, string>> = {
  HUGEINT: 'DECIMAL(38,0)', // sum() of integers; Parquet would make it a double
  UHUGEINT: 'DECIMAL(38,0)',
  UBIGINT: 'DECIMAL(20,0)',
  JSON: 'VARCHAR',
  UUID: 'VARCHAR',
  TIME: 'VARCHAR',
  'TIME WITH TIME ZONE': 'VARCHAR',
  INTERVAL: 'VARCHAR',
  BIT: 'VARCHAR',
  TIMESTAMP_NS: 'TIMESTAMP',
  TIMESTAMP_S: 'TIMESTAMP',
  TIMESTAMP_MS: 'TIMESTAMP',
  '"NULL"': 'VARCHAR',
  NULL: 'VARCHAR',
};

const WORD = /"NULL"|TIME WITH TIME ZONE|TIMESTAMP WITH TIME ZONE|[A-Z_]+(?:\([^)]*\))?/g;

/** The type that a result column is published with: `HUGEINT` → `DECIMAL(38,0)`, `UUID[]` → `VARCHAR[]`. */
export function publishedType(duckdbType: string): string {
  if (duckdbType.startsWith('ENUM')) return 'VARCHAR';
  // Arrays of a fixed length: a file with a NULL among them cannot be opened by Arrow's Parquet reader.
  return duckdbType.replace(WORD, (word) => SAFE[word] ?? word).replace(/\[\d+\]/g, '[]');
}

/**
 * The SELECT list that publishes columns with these types. Delta writes an empty text in a partition column as NULL, so
 * it is made NULL before its rows are sorted into folders.
 */
export function publishedSelect(
  columns: readonly { readonly name: string; readonly type: string }[],
  partitionBy: readonly string[],
): string {
  return columns
    .map(({ name, type }) => {
      const column = quoteIdent(name);
      const value =
        type === 'VARCHAR' && partitionBy.includes(name)
          ? `nullif(${column}::varchar, '')`
          : `${column}::${type}`;
      return `${value} as ${column}`;
    })
    .join(', ');
}
