/** Reads what `COPY … (RETURN_STATS)` answered into files that can be committed. */
import type { ResultSet } from '../../engine/types.js';
import type { StagedFile } from '../../lakehouse/types.js';

/**
 * Source: DuckDB's COPY with RETURN_STATS yields filename, count, file_size_bytes, footer_size_bytes,
 * column_statistics (map of quoted column → map of statistic → text) and partition_keys. Files without rows are left out.
 */
export function stagedFiles(result: ResultSet): StagedFile[] {
  const at = (name: string) => result.columns.findIndex((column) => column.name === name);
  const [path, count, size, stats, keys] = [
    at('filename'),
    at('count'),
    at('file_size_bytes'),
    at('column_statistics'),
    at('partition_keys'),
  ];
  return result.rows
    .filter((row) => Number(row[count]) > 0)
    .map((row) => ({
      path: String(row[path]),
      rows: Number(row[count]),
      bytes: Number(row[size]),
      columnStats: mapOfMaps(row[stats]),
      partition: partitionOf(row[keys]),
    }));
}

type Entry = { readonly key: string; readonly value: unknown };

/** DuckDB's MAP arrives as a list of {key, value}. */
function entries(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? (value as Entry[]) : [];
}

function mapOfMaps(value: unknown): Record<string, Record<string, string>> {
  return Object.fromEntries(
    entries(value).map(({ key, value: inner }) => [
      key,
      Object.fromEntries(entries(inner).map((e) => [e.key, String(e.value)])),
    ]),
  );
}

/** Hive's name for NULL is DuckDB's too. */
export const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__';

function partitionOf(value: unknown): StagedFile['partition'] {
  const list = entries(value);
  if (list.length === 0) return undefined;
  return Object.fromEntries(
    list.map(({ key, value: v }) => [key, v === null || v === NULL_PARTITION ? null : String(v)]),
  );
}
