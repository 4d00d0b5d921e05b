/**
 * What the engine does for one silver table, as statements of one task: judge every current bronze row once, find
 * repeated deliveries and superseded keys, write the valid rows and the quarantined ones, count everything. Pure.
 */
import type { SilverNode } from '../compile/types.js';
import { quoteIdent } from '../engine/sql-text.js';
import type { ResultSet, Statement } from '../engine/types.js';
import type { Accounting } from '../lakehouse/types.js';
import { changesSql, contentSql, copySql } from './table-sql.js';
import { publishedSelect } from './table-types.js';

export interface SilverOutput {
  /** Absolute staging folders. */
  readonly valid: string;
  readonly quarantine: string;
}

/** Columns of a published silver table, in order; `_load_id` last. */
export type Columns = readonly { readonly name: string; readonly type: string }[];

/** Columns of every quarantine table. */
export const QUARANTINE_COLUMNS: Columns = [
  { name: '_load_id', type: 'VARCHAR' },
  { name: '_source_part', type: 'VARCHAR' },
  { name: '_row', type: 'BIGINT' },
  { name: '_errors', type: 'VARCHAR[]' },
  { name: '_record', type: 'VARCHAR' },
];

const JUDGED = [
  '_loaded_at',
  '_source_part',
  '_row',
  '_row_id',
  '_cursor',
  '_load_order',
  '_part_order',
  '_errors',
  '_nullified',
  '_failures',
];

/** Names of the statements whose results come back, in order. */
const COLLECTED = ['counts', 'breaches', 'notUnique', 'valid', 'quarantine', 'content', 'changes'] as const;
type Collected = (typeof COLLECTED)[number];

/** The columns that are published: everything but where a row came from and how it was judged. */
export function silverColumns(columns: Columns): Columns {
  return columns.filter((column) => column.name === '_load_id' || !JUDGED.includes(column.name));
}

/**
 * Judges every bronze row into the temporary table `checked`, in which a row is known by its rowid; afterwards the view
 * `final` holds the rows that silver keeps. `columns` are all that the node's SQL yields.
 */
export function judgeStatements(node: SilverNode, yielded: Columns): Statement[] {
  const columns = silverColumns(yielded);
  const select = publishedSelect(columns, node.partitionBy);
  return [
    none(`create temp table checked as\n${checkedSelect(node, yielded)}`),
    none(overlapSql()),
    none(duplicateKeysSql(node)),
    none(supersededSql(node)),
    none(`create temp view final as select ${select} from checked
      where _errors = '' and rowid not in (select id from overlap) and rowid not in (select id from superseded)`),
  ];
}

/** All of a silver build. `previous` tells that the version before is bound as `"previous"."table"`. */
export function silverStatements(
  node: SilverNode,
  yielded: Columns,
  output: SilverOutput,
  previous: boolean,
): Statement[] {
  const fields = silverColumns(yielded).map((c) => c.name);
  const table = `"bronze".${quoteIdent(node.name)}`;
  return [
    ...judgeStatements(node, yielded),
    rows(`select
      (select count(*) from ${table}),
      (select count(*) from checked),
      (select count(*) from checked where _errors <> '' and rowid not in (select id from overlap)),
      (select count(*) from superseded),
      (select count(*) from overlap),
      (select count(*) from checked where _nullified <> '' and rowid not in (select id from overlap))`),
    rows(`select kind, breach, count(*) from (
        select 'quarantine' as kind, unnest(string_split(_errors, '; ')) as breach from checked where _errors <> ''
        union all select 'nullify', unnest(string_split(_nullified, '; ')) from checked where _nullified <> ''
        union all select 'fail', unnest(string_split(_failures, '; ')) from checked where _failures <> ''
      ) group by all order by 3 desc, 2`),
    rows(notUniqueSql(node), 5),
    rows(copySql('select * from final', output.valid, node.partitionBy), 1_000_000),
    rows(
      copySql(
        `select _load_id, _source_part, _row, string_split(c._errors, '; ') as _errors,
          to_json(b)::varchar as _record
        from (select * exclude (_loaded_at, _row_id, _cursor, _load_order, _part_order) from ${table}) b
        join (select _load_id, _source_part, _row, _errors from checked
              where _errors <> '' and rowid not in (select id from overlap)) c using (_load_id, _source_part, _row)`,
        output.quarantine,
        [],
      ),
    ),
    rows(contentSql('final', hashed(node, fields))),
    rows(
      previous
        ? changesSql('final', '"previous"."table"', node.key, hashed(node, fields))
        : 'select null, null, null',
    ),
  ];
}

export interface SilverFindings {
  readonly accounting: Accounting;
  /** Breaches of fields with `on_invalid: fail`. */
  readonly failures: readonly { readonly breach: string; readonly rows: number }[];
  /** Keys that stand twice in one load: their values and how often. */
  readonly notUnique: ResultSet;
  /** Bronze rows that the SQL neither kept nor judged; only hand-written SQL can do that. */
  readonly unaccounted: number;
  readonly valid: ResultSet;
  readonly quarantine: ResultSet;
  readonly content: string;
  readonly changes?: { readonly added: number; readonly changed?: number; readonly removed: number };
}

/** Reads the results of `silverStatements`. */
export function silverFindings(results: readonly ResultSet[]): SilverFindings {
  const by = Object.fromEntries(COLLECTED.map((name, i) => [name, results[i]!])) as Record<
    Collected,
    ResultSet
  >;
  const [bronze, checked, invalid, superseded, overlap, nullified] = by.counts.rows[0]!.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const breaches = by.breaches.rows.map(([kind, breach, count]) => ({
    kind: String(kind),
    breach: String(breach),
    rows: Number(count),
  }));
  const silver = checked - invalid - superseded - overlap;
  return {
    accounting: {
      bronze,
      silver,
      quarantined: invalid,
      superseded,
      withdrawn: 0,
      overlap,
      nullified,
      errors: Object.fromEntries(breaches.filter((b) => b.kind !== 'fail').map((b) => [b.breach, b.rows])),
    },
    failures: breaches.filter((b) => b.kind === 'fail'),
    notUnique: by.notUnique,
    unaccounted: bronze - checked,
    valid: by.valid,
    quarantine: by.quarantine,
    content: by.content.rows[0]!.join(':'),
    changes: readChanges(by.changes),
  };
}

function readChanges(result: ResultSet): SilverFindings['changes'] {
  const [added, changed, removed] = result.rows[0]!;
  if (added === null || added === undefined) return undefined;
  return {
    added: Number(added),
    changed: changed === null ? undefined : Number(changed),
    removed: Number(removed),
  };
}

/** Generated SQL judges itself; hand-written SQL is taken as valid and only says where its rows came from. */
function checkedSelect(node: SilverNode, yielded: Columns): string {
  if (node.generated) return node.sql;
  const own = new Set(yielded.map((c) => c.name));
  const empty = JUDGED.filter((name) => !own.has(name)).map((name) => {
    const text = ['_errors', '_nullified', '_failures'].includes(name);
    return `${text ? `''` : name === '_row' ? 'null::bigint' : 'null::varchar'} as ${name}`;
  });
  return `select *, ${empty.join(', ')} from (${node.sql})`;
}

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

function duplicateKeysSql(node: SilverNode): string {
  if (!node.key) return `create temp table duplicate_keys as select 1 as _none where false`;
  const key = node.key.map(quoteIdent).join(', ');
  return `create temp table duplicate_keys as
    select ${key} from checked where _errors = '' and rowid not in (select id from overlap)
    group by ${key} having count(*) > 1`;
}

/** Of one key the newest row wins: by cursor, then load, then part of the family. */
function supersededSql(node: SilverNode): string {
  if (!node.key) return `create temp table superseded as select 0::bigint as id where false`;
  const key = node.key.map(quoteIdent).join(', ');
  return `create temp table superseded as
    select id from (
      select rowid as id, row_number() over (
        partition by ${key} order by _cursor desc nulls last, _load_order desc, _part_order desc, _row desc) as place
      from checked semi join duplicate_keys using (${key})
      where _errors = '' and rowid not in (select id from overlap))
    where place > 1`;
}

/** Keys that stand more than once in one part of one load with one cursor: nothing says which row is the newer. */
function notUniqueSql(node: SilverNode): string {
  if (!node.key) return 'select 1 where false';
  const key = node.key.map(quoteIdent).join(', ');
  return `select ${key}, count(*) as rows from checked semi join duplicate_keys using (${key})
    where _errors = '' and rowid not in (select id from overlap)
    group by ${key}, _load_id, _source_part, _cursor having count(*) > 1 order by rows desc, ${key}`;
}

/** Columns that tell whether the content changed: not where a row came from, nor what the portal renumbers. */
function hashed(node: SilverNode, fields: readonly string[]): readonly string[] {
  return fields.filter((name) => name !== '_load_id' && !node.volatile.includes(name));
}

function rows(sql: string, limit?: number): Statement {
  return { sql, collect: 'rows', limit };
}

function none(sql: string): Statement {
  return { sql, collect: 'none' };
}
