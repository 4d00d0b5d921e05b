/** SQL that silver tables and models have in common: writing files, hashing content, comparing with the version before. */
import { quoteIdent, quoteText } from '../../sql/quote.js';

/**
 * COPY of a SELECT, one row of statistics per file. Never writes onto a live path. Row groups have half of DuckDB's rows, as
 * in bronze: each thread holds one in memory, which was most of what writing millions of rows took.
 * @param output A staging folder where it is partitioned, else the path of a file.
 * @param order Keys of ORDER BY that hold in each file.
 */
export function copySql(
  select: string,
  output: string,
  partitionBy: readonly string[],
  order: readonly string[] = [],
): string {
  const common = `format parquet, compression zstd, row_group_size 61440, return_stats`;
  if (partitionBy.length === 0) {
    return `copy (${ordered(select, order)}) to ${quoteText(output)} (${common})`;
  }
  const columns = partitionBy.map(quoteIdent).join(', ');
  return `copy (${inOneStream(select, order)}) to ${quoteText(output)} (${common}, partition_by (${columns}), filename_pattern 'part-{uuid}', overwrite_or_ignore)`;
}

function ordered(select: string, order: readonly string[]): string {
  return order.length === 0 ? select : `${select} order by ${order.join(', ')}`;
}

/** A partitioned COPY is written by all threads, each of which takes its own rows; what counts rows is read by one. */
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
