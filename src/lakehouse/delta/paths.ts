/** How a data file is named: by Hive's convention on disk, and URI-encoded in the log. */
import type { DataFile } from '../types.js';

/** What Hive, DuckDB, Polars and Spark call the folder of NULL. */
const nullFolder = '__HIVE_DEFAULT_PARTITION__';

/**
 * `year=2024/area=a%20b/part-….parquet`. Polars takes the values from these names, not from the log, so that names
 * and log must agree.
 */
export function hivePath(
  partitionBy: readonly string[],
  partition: DataFile['partition'],
  fileName: string,
): string {
  const folders = partitionBy.map((column) => {
    const value = partition?.[column] ?? null;
    return `${escapeName(column)}=${value === null ? nullFolder : escapeName(value)}`;
  });
  return [...folders, fileName].join('/');
}

/**
 * `add.path` and `remove.path`: RFC 2396, so that a `%` in a folder's name is encoded once more.
 * Source: Delta protocol, "Add File and Remove File",
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#add-file-and-remove-file
 */
export function uriPath(path: string): string {
  return path
    .split('/')
    .map((name) => encodeURIComponent(name).replaceAll('%3D', '='))
    .join('/');
}

function escapeName(text: string): string {
  const percent = (character: string): string =>
    `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, percent);
}
