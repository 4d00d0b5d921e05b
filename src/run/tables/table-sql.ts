/** SQL that silver tables and models have in common: writing files, hashing content, comparing with the version before. */
import { quoteIdent, quoteText } from '../../sql/quote.js';

/** Bytes after which the next file begins: few files to list, and enough of them to read in parallel. */
const FILE_BYTES = 128 * 1024 * 1024;

/**
 * COPY of a SELECT, one row of statistics per file. Never writes onto a live path. Row groups have half of DuckDB's rows:
 * each thread holds one in memory, which was most of what writing millions of rows took. Twice as many rows take a third
 * more memory (20 columns, two threads: 204 MB instead of 151) for files that are one percent smaller.
 * @param output A staging folder where it is partitioned, else the path of a file.
 * @param order Keys of ORDER BY that hold in each file.
 */
export function copySql(
  select: string,
  output: string,
  partitionBy: readonly string[],
  order: readonly string[] = [],
): string {
  if (partitionBy.length === 0) return `copy (${ordered(select, order)}) to ${quoteText(output)} (${COMMON})`;
  const columns = partitionBy.map(quoteIdent).join(', ');
  return `copy (${inOneStream(select, order)}) to ${quoteText(output)} (${COMMON}, partition_by (${columns}), filename_pattern 'part-{uuid}', overwrite_or_ignore)`;
}

/**
 * The same of a table of any size: rows that are not partitioned go into files of about 128 MiB, each with its statistics; sorted,
 * each file goes on where the one before it ended. DuckDB cannot do both: a partition is one file, however large.
 * @param output A folder: a staging folder where it is partitioned, else a path where nothing is.
 * What a try before it left in the folder is deleted: a task may run again, in a catalog or in a new process.
 * @param fileBytes A file ends with the first row group that brings it there.
 */
export function copyInFilesSql(
  select: string,
  output: string,
  partitionBy: readonly string[],
  order: readonly string[] = [],
  fileBytes = FILE_BYTES,
): string {
  if (partitionBy.length > 0) return copySql(select, output, partitionBy, order);
  return `copy (${inOneStream(select, order)}) to ${quoteText(output)} (${COMMON}, file_size_bytes ${fileBytes}, overwrite)`;
}

/** What `copyInFilesSql` wrote, as a relation. (A slash and a star would look like a comment to whoever reads the SQL.) */
export function writtenSql(output: string): string {
  return `read_parquet(${quoteText(`${output}/data_*.parquet`)}, hive_partitioning = false)`;
}

const COMMON = 'format parquet, compression zstd, row_group_size 61440, return_stats';

function ordered(select: string, order: readonly string[]): string {
  return order.length === 0 ? select : `${select} order by ${order.join(', ')}`;
}

/** A COPY into several files is written by all threads, each of which takes its own rows; what counts rows is read by one. */
function inOneStream(select: string, order: readonly string[]): string {
  if (order.length === 0) return select;
  return `select * exclude ("$place") from (select *, row_number() over () as "$place" from (${ordered(select, order)})) where "$place" > 0`;
}

/**
 * One row: how many rows, the sum of their hashes, and the engine that hashed them. Equal rows in any order, equal values.
 * @param columns All that the relation has where left out.
 */
export function contentSql(relation: string, columns?: readonly string[]): string {
  const list = columns?.map(quoteIdent).join(', ') ?? '*columns(*)';
  return `select count(*), coalesce(sum(hash(${list})), 0)::varchar, version() from ${relation}`;
}

/** One row: added, changed, removed. Without a key rows are a bag: a changed row is one removed and one added. */
export function changesSql(
  now: string,
  before: string,
  key: readonly string[] | undefined,
  columns: readonly string[],
): string {
  const hash = `hash(${columns.map(quoteIdent).join(', ')})`;
  if (!key) {
    return `select sum(greatest(n - o, 0))::bigint, null, sum(greatest(o - n, 0))::bigint from (
      select coalesce(a.rows, 0) as n, coalesce(b.rows, 0) as o
      from (select ${hash} as h, count(*) as rows from ${now} group by 1) a
      full join (select ${hash} as h, count(*) as rows from ${before} group by 1) b using (h))`;
  }
  const names = key.map(quoteIdent).join(', ');
  return `select
      count(*) filter (where b.h is null),
      count(*) filter (where a.h <> b.h),
      count(*) filter (where a.h is null)
    from (select ${names}, ${hash} as h from ${now}) a
    full join (select ${names}, ${hash} as h from ${before}) b using (${names})`;
}
