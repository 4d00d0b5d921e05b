/** Table functions of DuckDB and its extensions that read files or other databases, and endings by which a name is a file. */

const READERS = new Set(
  `read_csv read_csv_auto sniff_csv read_parquet parquet_scan parquet_metadata parquet_schema parquet_file_metadata
  parquet_kv_metadata parquet_bloom_probe parquet_full_metadata read_json read_json_auto read_json_objects
  read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_text read_blob read_xlsx read_avro
  read_duckdb read_arrow scan_arrow_ipc glob st_read st_read_meta st_readosm shapefile_meta sqlite_scan sqlite_query
  sqlite_attach postgres_scan postgres_scan_pushdown postgres_query postgres_attach mysql_scan mysql_query
  iceberg_scan iceberg_metadata iceberg_snapshots delta_scan query query_table`.split(/\s+/),
);

/** `read_csv`, `parquet_scan`, `sqlite_scan`; `query` and `query_table`, which read whatever a text says. */
export function readsElsewhere(tableFunction: string): boolean {
  return READERS.has(tableFunction.toLowerCase());
}

/** What DuckDB takes for a file where no table has the name: `data/x.csv.gz`, `s3://b/x.parquet`. */
const FILE =
  /^[a-z][a-z0-9+]*:\/\/|\.(?:csv|tsv|parquet|json|jsonl|ndjson|db|duckdb|arrows?|xlsx|avro)(?:\.(?:gz|zst))?$/i;

export function isFileName(table: string): boolean {
  return FILE.test(table);
}

/** Where none of these stands in SQL it needs no closer look. */
const SUSPECT = new RegExp(
  `\\b(?:${[...READERS].join('|')})"?\\s*\\(|:\\/\\/|\\.\\s*"?(?:csv|tsv|parquet|json|jsonl|ndjson|db|duckdb|arrows?|xlsx|avro)\\b`,
  'i',
);

/** True where SQL may name a reader or a file; what is in a comment or a text counts, too. */
export function mayReadElsewhere(sql: string): boolean {
  return SUSPECT.test(sql);
}
