/** Types that a published table may have: Delta knows fewer than DuckDB, so results are cast before they are written. */

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
  return duckdbType.replace(WORD, (word) => SAFE[word] ?? word);
}
