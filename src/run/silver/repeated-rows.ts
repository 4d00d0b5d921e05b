/**
 * Which of the judged rows silver does not keep because another row stands for them. Each function is the statements that
 * make a temporary table of row ids over `checked`. Pure.
 */
import type { SilverNode } from '../../compile/types.js';
import type { PartState } from '../../lakehouse/types.js';
import { quoteIdent } from '../../sql/quote.js';
import { newestFirst } from '../bronze/cursor.js';
import { withdrawnRows } from '../bronze/withdrawn-rows.js';
import { repeatedHashes } from '../tables/repeated-hashes.js';

/**
 * All of them, in the order in which they build on each other: `overlap`, `outdated`, `withdrawn`, `removed`, `duplicate_keys`,
 * `superseded`.
 * `compared`: the columns whose values make two rows the same row.
 */
export function repeatedRows(
  node: SilverNode,
  compared: readonly string[],
  parts: readonly PartState[],
): string[] {
  return [
    ...overlapSql(parts),
    ...outdatedSql(node, compared, parts),
    ...withdrawnSql(node, parts),
    duplicateKeysSql(node),
    supersededSql(node),
  ];
}

/** Those of them that are known without a value of the rows: all but the last two. */
export function repeatedByPlace(node: SilverNode, parts: readonly PartState[]): string[] {
  return [...overlapSql(parts), ...outdatedSql(node, undefined, parts), ...withdrawnSql(node, parts)];
}

/** Rows that are neither a second delivery nor replaced by a later one. */
const STANDING = `rowid not in (select id from overlap) and rowid not in (select id from outdated)`;

/** And that the portal has not withdrawn, unless those are only marked: what quarantine and silver are made of. */
export const CURRENT = `${STANDING} and rowid not in (select id from removed)`;

/** Two deliveries of one portal row within a load: pages that overlapped. The first is kept. */
function overlapSql(parts: readonly PartState[]): string[] {
  const hash = 'hash(_load_id, _source_part, _row_id)';
  return [
    ...repeatedHashes({ into: 'delivered_again', hash, from: NUMBERED, rows: rowsOf(parts) }),
    `create temp table overlap as
    select id from (
      select rowid as id, row_number() over (partition by _load_id, _source_part, _row_id order by _row) as place
      from ${NUMBERED} and ${hash} in (select h from delivered_again))
    where place > 1`,
  ];
}

/** Rows that the portal names. */
const NUMBERED = 'checked where _row_id is not null';

function rowsOf(parts: readonly PartState[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * Rows for which a later load has another: the same portal row, the same key, or, in an archive, the same row once more.
 * What they were before does not count, even where the later one is invalid or has another key, for the portal no longer
 * says so. In a replaced dataset each part has one load.
 */
function outdatedSql(
  node: SilverNode,
  compared: readonly string[] | undefined,
  parts: readonly PartState[],
): string[] {
  const { load } = node.dataset;
  const none = `create temp table outdated as select rowid as id from checked where false`;
  if (load.mode === 'replace' || haveOneLoadEach(parts)) return [none];
  const archive = load.mode === 'append' && compared !== undefined;
  return [
    none,
    ...laterById(parts),
    ...(archive && node.key ? [`insert into outdated ${laterByKey(node.key)}`] : []),
    ...(archive ? [`insert into outdated ${laterByContent(compared)}`] : []),
  ];
}

/** Whether no part has rows of two loads; nothing is known of rows that are given without parts. */
export function haveOneLoadEach(parts: readonly PartState[]): boolean {
  const labels = new Set(parts.map(({ label }) => label));
  return parts.length > 0 && labels.size === parts.length && parts.every(({ loads }) => loads.length <= 1);
}

function laterById(parts: readonly PartState[]): string[] {
  const hash = 'hash(_source_part, _row_id)';
  const having = 'min(_load_order) < max(_load_order)';
  return [
    ...repeatedHashes({ into: 'loaded_again', hash, from: NUMBERED, rows: rowsOf(parts), having }),
    `insert into outdated select id from (
    select rowid as id, row_number() over (partition by _source_part, _row_id order by _load_order desc) as place
    from ${NUMBERED} and rowid not in (select id from overlap) and ${hash} in (select h from loaded_again))
  where place > 1`,
  ];
}

/**
 * Where row ids of two loads cannot be compared, the newest load of a part that has a key says all that there is of it,
 * valid or not. Where they can, rows with other ids are other rows, and `superseded` decides between them.
 */
function laterByKey(key: readonly string[]): string {
  const names = key.map(quoteIdent).join(', ');
  const given = key.map((name) => `${quoteIdent(name)} is not null`).join(' and ');
  return `select id from (
      select rowid as id, _load_order, ${numbering} as numbering,
        max(_load_order) over same_key as newest, arg_max(${numbering}, _load_order) over same_key as newest_numbering
      from checked semi join (
        select _source_part, ${names} from checked
        where ${given} and ${STANDING} group by all having count(distinct _load_id) > 1) using (_source_part, ${names})
      where ${STANDING}
      window same_key as (partition by _source_part, ${names}))
    where _load_order < newest and (numbering is null or numbering is distinct from newest_numbering)`;
}

/** See `rowIdentity`: which of the portal's numberings a row's id is of; NULL where it has none. */
const numbering = `case when _row_id like '%#%' then split_part(_row_id, '#', 1) else left(_row_id, 0) end`;

/**
 * Loads of an archive overlap, and a row may stand in one load more than once: of equal rows as many count as the load
 * with the most of them has. The n-th of a load stands for the n-th of the loads before.
 */
function laterByContent(compared: readonly string[]): string {
  const content = ['_cursor', ...compared].map(quoteIdent).join(', ');
  return `select id from (
      select id, row_number() over (partition by _source_part, content, n order by _load_order desc) as place
      from (
        select rowid as id, _source_part, _load_order, hash(${content}) as content,
          row_number() over (partition by _source_part, _load_id, hash(${content}) order by _row) as n
        from checked where ${STANDING}))
    where place > 1`;
}

/** Rows that a sweep found gone: with `deletes: soft` they stay, and only tell since when. */
function withdrawnSql({ dataset }: SilverNode, parts: readonly PartState[]): string[] {
  const soft = dataset.load.deletes === 'soft';
  return [
    `create temp table withdrawn as
      select id, gone_at from (${withdrawnRows('checked', parts)}) where id not in (select id from outdated)`,
    `create temp table removed as select id from withdrawn${soft ? ' where false' : ''}`,
  ];
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
        partition by ${names} order by rowid in (select id from withdrawn), ${newestFirst('_cursor')}, _load_order desc, _part_order desc, _row desc) as place
      from checked semi join duplicate_keys using (${names})
      where _errors = '' and ${CURRENT})
    where place > 1`;
}

/** Keys that stand more than once in one part of one load with one cursor: nothing says which row is the newer. */
export function notUniqueSql({ key }: SilverNode): string {
  if (!key) return 'select 1 where false';
  const names = key.map(quoteIdent).join(', ');
  return `select ${names}, count(*) as rows from checked semi join duplicate_keys using (${names})
    where _errors = '' and ${CURRENT} and rowid not in (select id from withdrawn)
    group by ${names}, _load_id, _source_part, _cursor having count(*) > 1 order by rows desc, ${names}`;
}
