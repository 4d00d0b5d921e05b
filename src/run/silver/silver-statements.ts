/**
 * What the engine does for one silver table, as statements of one task: judge every current bronze row once, find
 * repeated deliveries and superseded keys, write the valid rows and the quarantined ones, count everything. Pure.
 * Where rows need not be compared by their values before they are written, `at-once.ts` does the same for less.
 */
import type { SilverNode } from '../../compile/types.js';
import { none, rows } from '../../engine/statement.js';
import type { ResultSet, Statement } from '../../engine/types.js';
import type { Accounting, PartState } from '../../lakehouse/types.js';
import { DELETED_AT, isRowNumber, JUDGEMENT_COLUMNS } from '../../sql/own-columns.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import { changesSql, contentSql, copyInFilesSql, copySql } from '../tables/table-sql.js';
import { publishedSelect } from '../tables/table-types.js';
import { CURRENT, notUniqueSql, repeatedRows } from './repeated-rows.js';

export interface SilverOutput {
  /** Absolute and new: a folder where the table is partitioned, else the path of a file. */
  readonly valid: string;
  /** Absolute paths of new files. */
  readonly quarantine: string;
  /** The judged rows; not published. */
  readonly checked: string;
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

/** Which row of bronze a row is. */
export const ROW = ['_load_id', '_source_part', '_row'] as const;
/** Where that row stands among the others. */
export const PLACES = ['_loaded_at', '_row_id', '_cursor', '_load_order', '_part_order'] as const;
const TYPES: Readonly<Record<string, string>> = {
  _row: 'bigint',
  _load_order: 'integer',
  _part_order: 'integer',
};
/** What the SQL of a node yields and silver does not show. */
const UNSHOWN: readonly string[] = [...ROW, ...PLACES, ...JUDGEMENT_COLUMNS].filter(
  (name) => name !== '_load_id',
);

/** Names of the statements whose results come back, in order. */
const COLLECTED = ['counts', 'notUnique', 'valid', 'content', 'changes'] as const;
const JUDGED = ['verdicts', 'breaches', 'quarantine', 'quarantineContent'] as const;
type Collected<Names extends readonly string[]> = Readonly<Record<Names[number], ResultSet>>;
export type SilverResults = Collected<typeof COLLECTED> & Collected<typeof JUDGED>;

/** The columns that are published: everything but where a row came from and how it was judged. */
export function silverColumns({ dataset }: SilverNode, yielded: Columns): Columns {
  const shown = yielded.filter(({ name }) => !UNSHOWN.includes(name) && name !== DELETED_AT.name);
  return dataset.load.deletes === 'soft' ? [...shown, DELETED_AT] : shown;
}

/**
 * Judges every bronze row into `checked`, in which a row is known by its rowid; afterwards the view `final` holds the rows
 * that silver keeps. `columns` are all that the node's SQL yields. With `file`, the judged rows lie there and not in
 * memory: a table of millions costs no more of it than one of thousands.
 */
export function judgeStatements(
  node: SilverNode,
  yielded: Columns,
  parts: readonly PartState[] = [],
  file?: string,
): Statement[] {
  const columns = silverColumns(node, yielded);
  const compared = names(columns).filter((name) => name !== DELETED_AT.name);
  const select = publishedSelect(columns, node.partitionBy);
  return [
    ...checkedStatements(node, yielded, file),
    ...repeatedRows(node, hashed(node, compared), parts).map(none),
    none(`create temp view marked as ${markedSql(node)}`),
    none(`create temp view final as select ${select} from marked`),
  ];
}

/** The rows that silver keeps; where withdrawn ones stay, each with the time since when it is gone. */
function markedSql({ dataset }: SilverNode): string {
  const kept = (id: string): string =>
    `_errors = '' and ${['overlap', 'superseded', 'removed'].map((left) => `${id} not in (select id from ${left})`).join(' and ')}`;
  if (dataset.load.deletes !== 'soft') return `select * from checked where ${kept('rowid')}`;
  return `select * from (select *, rowid as "$id" from checked)
    left join (select id as "$id", gone_at as ${DELETED_AT.name} from withdrawn) using ("$id") where ${kept('"$id"')}`;
}

/** All of a silver build. `previous` tells that the version before is bound as `"previous"."table"`. */
export function silverStatements(
  node: SilverNode,
  yielded: Columns,
  output: SilverOutput,
  previous: boolean,
  parts: readonly PartState[],
): Statement[] {
  const table = `"bronze".${quoteIdent(node.name)}`;
  return [
    ...judgeStatements(node, yielded, parts, output.checked),
    rows(`select
      (select count(*) from ${table}),
      (select count(*) from checked),
      (select count(*) from superseded),
      (select count(*) from overlap),
      (select count(*) from removed)`),
    rows(notUniqueSql(node), 5),
    rows(copyInFilesSql('select * from final', output.valid, node.partitionBy), 1_000_000),
    ...comparedStatements(node, yielded, 'final', previous),
    none(`create temp view judged as select * from checked where ${CURRENT}`),
    ...judgedStatements(node, output),
  ];
}

/** Content of the rows that silver keeps, and what became of those of the version before. */
export function comparedStatements(
  node: SilverNode,
  yielded: Columns,
  final: string,
  previous: boolean,
): Statement[] {
  const compared = hashed(node, names(silverColumns(node, yielded)));
  return [
    rows(contentSql(final, compared)),
    rows(previous ? changesSql(final, '"previous"."table"', node.key, compared) : 'select null, null, null'),
  ];
}

/** What is wrong with rows of `judged`, and the quarantine of those that silver leaves out for it. */
export function judgedStatements(node: SilverNode, output: Pick<SilverOutput, 'quarantine'>): Statement[] {
  return [
    rows(`select count(*) filter (_errors <> ''), count(*) filter (_nullified <> '') from judged`),
    rows(`select kind, breach, count(*) from (
        select 'quarantine' as kind, unnest(string_split(_errors, '; ')) as breach from judged where _errors <> ''
        union all select 'nullify', unnest(string_split(_nullified, '; ')) from judged where _nullified <> ''
        union all select 'fail', unnest(string_split(_failures, '; ')) from judged where _failures <> ''
      ) group by all order by 3 desc, 2`),
    none(quarantinedSql(`"bronze".${quoteIdent(node.name)}`)),
    rows(copySql('select * from quarantined', output.quarantine, [])),
    rows(contentSql('quarantined', ['_source_part', '_errors', '_record'])),
  ];
}

/** Results of `silverStatements` by name; those of further statements stand behind them. */
export function silverResults(results: readonly ResultSet[]): SilverResults {
  return { ...named(COLLECTED, results), ...named(JUDGED, results.slice(COLLECTED.length)) };
}

/** The same for `judgedStatements` alone. */
export function judgedResults(results: readonly ResultSet[]): Collected<typeof JUDGED> {
  return named(JUDGED, results);
}

function named<Names extends readonly string[]>(
  names: Names,
  results: readonly ResultSet[],
): Collected<Names> {
  return Object.fromEntries(names.map((name, i) => [name, results[i]!])) as Collected<Names>;
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
  readonly quarantineContent: string;
  readonly changes?: { readonly added: number; readonly changed?: number; readonly removed: number };
}

/** What these results say. `counts`: rows of bronze, rows that were judged, superseded, overlapping and withdrawn ones. */
export function silverFindings(by: SilverResults): SilverFindings {
  const [bronze, checked, superseded, overlap, withdrawn] = by.counts.rows[0]!.map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [invalid, nullified] = by.verdicts.rows[0]!.map(Number) as [number, number];
  const breaches = by.breaches.rows.map(([kind, breach, count]) => ({
    kind: String(kind),
    breach: String(breach),
    rows: Number(count),
  }));
  const silver = checked - invalid - superseded - overlap - withdrawn;
  return {
    accounting: {
      bronze,
      silver,
      quarantined: invalid,
      superseded,
      withdrawn,
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
    quarantineContent: by.quarantineContent.rows[0]!.join(':'),
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

/** Of hand-written SQL nobody knows whether Parquet can hold its types: its rows stay in memory. */
function checkedStatements(node: SilverNode, yielded: Columns, file: string | undefined): Statement[] {
  const select = checkedSelect(node, yielded);
  const reserved = yielded.some(({ name }) => name.toLowerCase() === ROW_NUMBER);
  if (file === undefined || !node.generated || reserved)
    return [none(`create temp table checked as ${select}`)];
  const path = quoteText(file);
  return [
    none(`copy (${select}) to ${path} (format parquet, compression snappy)`),
    none(`create temp view checked as
      select * exclude (${ROW_NUMBER}), ${ROW_NUMBER} as rowid from read_parquet(${path}, ${ROW_NUMBER} = true)`),
  ];
}

/** DuckDB's name for a row's place in its file. */
const ROW_NUMBER = 'file_row_number';

/**
 * Generated SQL judges itself. Hand-written SQL is taken as valid; where it says which bronze row each of its rows is,
 * that row tells what it leaves out. The node's own SQL begins on the second line, see `placed` in run/sql-place.
 */
function checkedSelect(node: SilverNode, yielded: Columns): string {
  if (node.generated) return `\n${node.sql}`;
  const own = new Set(yielded.map((c) => c.name));
  const lacking = (names: readonly string[]) => names.filter((name) => !own.has(name));
  const verdicts = lacking(JUDGEMENT_COLUMNS).map((name) => `'' as ${name}`);
  const places = lacking(PLACES);
  if (lacking(ROW).length > 0) {
    const unknown = [...lacking(ROW), ...places].map(
      (name) => `null::${TYPES[name] ?? 'varchar'} as ${name}`,
    );
    return `select ${['*', ...unknown, ...verdicts].join(', ')} from (\n${node.sql})`;
  }
  const found = places.map((name) => `bronze_row.${name}`);
  const row = ROW.join(', ');
  return `select ${['own.*', ...found, ...verdicts].join(', ')} from (\n${node.sql}) own
    left join (select ${[row, ...places].join(', ')} from "bronze".${quoteIdent(node.name)}) bronze_row using (${row})`;
}

/** The rows that silver leaves out for their values, as the portal delivered them. */
function quarantinedSql(table: string): string {
  const own = '_load_id, _loaded_at, _row, _row_id, _cursor, _load_order, _part_order, "$errors"';
  return `create temp table quarantined as
    select _load_id, _source_part, _row, string_split("$errors", '; ') as _errors,
      to_json(struct_pack(*columns(* exclude (${own}))))::varchar as _record
    from ${table} join (
      select _load_id, _source_part, _row, _errors as "$errors" from judged where _errors <> '')
      using (_load_id, _source_part, _row)`;
}

/** Columns that tell whether the content changed: not where a row came from, nor what the portal renumbers. */
function hashed(node: SilverNode, fields: readonly string[]): readonly string[] {
  const undeclared = node.generated && node.columns.length === 0;
  return fields.filter(
    (name) => name !== '_load_id' && !node.volatile.includes(name) && !(undeclared && isRowNumber(name)),
  );
}

export function names(columns: Columns): readonly string[] {
  return columns.map((column) => column.name);
}
