/**
 * Which of the judged rows silver does not keep because another row stands for them. Each function is a statement that
 * makes a temporary table of row ids over `checked`. Pure.
 */
import type { SilverNode } from '../../compile/types.js';
import { quoteIdent } from '../../sql/quote.js';
import { newestFirst } from '../bronze/cursor.js';

/** All of them, in the order in which they build on each other: `overlap`, `outdated`, `duplicate_keys`, `superseded`. */
export function repeatedRows(node: SilverNode): string[] {
  return [overlapSql(), outdatedSql(node), duplicateKeysSql(node), supersededSql(node)];
}

/** Rows that are neither a second delivery nor replaced by a later one: what quarantine and silver are made of. */
export const CURRENT = `rowid not in (select id from overlap) and rowid not in (select id from outdated)`;

/** Two deliveries of one portal row within a load: pages that overlapped. The first is kept. */
function overlapSql(): string {
  return `create temp table overlap as
    select id from (
      select rowid as id, row_number() over (partition by _load_id, _source_part, _row_id order by _row) as place
      from checked
      where (_load_id, _source_part, _row_id) in (
        select (_load_id, _source_part, _row_id) from checked
        where _row_id is not null group by _load_id, _source_part, _row_id having count(*) > 1))
    where place > 1`;
}

/**
 * A portal row that a later load delivered again: what it was before does not count, even where it is invalid now or
 * has another key, for the portal no longer says so. In a replaced dataset each part has one load.
 */
function outdatedSql({ dataset }: SilverNode): string {
  if (dataset.load.mode === 'replace')
    return `create temp table outdated as select 0::bigint as id where false`;
  return `create temp table outdated as
    select id from (
      select rowid as id, row_number() over (partition by _source_part, _row_id order by _load_order desc) as place
      from checked
      where rowid not in (select id from overlap) and (_source_part, _row_id) in (
        select (_source_part, _row_id) from checked
        where _row_id is not null group by _source_part, _row_id having count(distinct _load_id) > 1))
    where place > 1`;
}

function duplicateKeysSql({ key }: SilverNode): string {
  if (!key) return `create temp table duplicate_keys as select 1 as _none where false`;
  const names = key.map(quoteIdent).join(', ');
  return `create temp table duplicate_keys as
    select ${names} from checked where _errors = '' and ${CURRENT} group by ${names} having count(*) > 1`;
}

/** Outdated rows, and of one key all but the newest: by cursor, then load, then part of the family. */
function supersededSql({ key }: SilverNode): string {
  const outdated = 'create temp table superseded as select id from outdated';
  if (!key) return outdated;
  const names = key.map(quoteIdent).join(', ');
  return `${outdated} union all
    select id from (
      select rowid as id, row_number() over (
        partition by ${names} order by ${newestFirst('_cursor')}, _load_order desc, _part_order desc, _row desc) as place
      from checked semi join duplicate_keys using (${names})
      where _errors = '' and ${CURRENT})
    where place > 1`;
}

/** Keys that stand more than once in one part of one load with one cursor: nothing says which row is the newer. */
export function notUniqueSql({ key }: SilverNode): string {
  if (!key) return 'select 1 where false';
  const names = key.map(quoteIdent).join(', ');
  return `select ${names}, count(*) as rows from checked semi join duplicate_keys using (${names})
    where _errors = '' and ${CURRENT}
    group by ${names}, _load_id, _source_part, _cursor having count(*) > 1 order by rows desc, ${names}`;
}
