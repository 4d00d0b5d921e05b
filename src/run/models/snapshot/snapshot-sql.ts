/**
 * The next version of a snapshot, as SQL over `source` (what is recorded, now) and the snapshot so far.
 * Pure. Meanings and names as in dbt: https://docs.getdbt.com/docs/build/snapshots
 */
import type { SnapshotSpec } from '../../../compile/types.js';
import type { ColumnInfo } from '../../../engine/types.js';
import { quoteIdent, quoteText } from '../../../sql/quote.js';

export interface SnapshotInput {
  readonly spec: SnapshotSpec;
  /** Columns of what is recorded. */
  readonly source: readonly ColumnInfo[];
  /** Time of the run, ISO 8601 UTC. */
  readonly at: string;
}

/** The rows of before, each with its file as `"$file"`. */
export const SO_FAR = { schema: 'main', name: 'snapshot_so_far' } as const;

/** Statement that leaves the first version in the temporary table `result`. */
export function firstVersion(input: SnapshotInput): string {
  return `create temp table result as ${inserted(input, 'source s')}`;
}

/**
 * Statements that leave in temporary tables what changes: in `result` the rows that come, with all columns of the next version;
 * in `closed` the rows that end, by `"$id"` and `"$to"` (their `dbt_scd_id` and `dbt_valid_to`), `"$at"` which time, in which `"$file"`.
 * @param previous Columns of the snapshot so far.
 */
export function changeStatements(input: SnapshotInput, previous: readonly ColumnInfo[]): readonly string[] {
  const { spec } = input;
  const { dbt_valid_to: to, dbt_scd_id: id, dbt_is_deleted: deleted } = quoted(spec);
  const marks = spec.hardDeletes === 'new_record';
  const same = spec.uniqueKey.map((key) => sameKey(key, input.source, previous)).join(' and ');
  const current = `${to} is null${spec.validToCurrent === undefined ? '' : ` or ${to} = ${typed(input, `(${spec.validToCurrent})`)}`}`;
  const back = marks ? ` or o.${deleted} = 'True'` : '';
  const moved = `(${changed(input, previous)}${back})`;
  const gone = `not exists (select 1 from source s where ${same})${marks ? ` and o.${deleted} is distinct from 'True'` : ''}`;
  const ends = `o.${id} as "$id", o.${to} as "$to", o."$file"`;
  const closed = [
    `select distinct ${ends}, ${updatedAt(input, 's')} as "$at" from standing o join source s on ${same} where ${moved}`,
    ...(spec.hardDeletes === 'ignore'
      ? []
      : [`select distinct ${ends}, ${now(input)} as "$at" from standing o where ${gone}`]),
  ];
  const rows = [
    // No row of before, but all of its columns.
    `select * exclude ("$file") from standing where false`,
    inserted(input, `source s left join standing o on ${same}`, `o."$file" is null or ${moved}`),
    ...(marks ? [deletion(input, previous, gone)] : []),
  ];
  return [
    `create temp table standing as select *${marksMissing(input, previous)} from ${SO_FAR.name} where ${current}`,
    `create temp table closed as ${closed.join(' union all ')}`,
    `create temp table result as ${rows.join('\n union all by name ')}`,
  ];
}

/** The rows of files that are written anew, in the columns of the next version: those that `closed` names have ended. */
export function rewrittenRows(
  input: SnapshotInput,
  previous: readonly ColumnInfo[],
  columns: readonly ColumnInfo[],
): string {
  const { dbt_valid_to: to, dbt_scd_id: id } = quoted(input.spec);
  const { dbt_is_deleted: deleted, dbt_valid_to: validTo } = input.spec.names;
  const list = columns.map(({ name, type }) => {
    const column = quoteIdent(name);
    const known = has(previous, name) ? `p.${column}` : name === deleted ? `'False'` : 'null';
    const value = name === validTo ? `case when c."$id" is null then p.${to} else c."$at" end` : known;
    return `(${value})::${type} as ${column}`;
  });
  return `select ${list.join(', ')} from ${SO_FAR.name} p
    left join closed c on c."$id" = p.${id} and c."$to" is not distinct from p.${to}`;
}

/** Rows of before there was a mark for what is gone: none of them was. */
function marksMissing({ spec }: SnapshotInput, previous: readonly ColumnInfo[]): string {
  const { dbt_is_deleted: name } = spec.names;
  return spec.hardDeletes === 'new_record' && !has(previous, name) ? `, 'False' as ${quoteIdent(name)}` : '';
}

/** Rows of the source as the newest of their key. */
function inserted(input: SnapshotInput, from: string, where?: string): string {
  const { spec, source } = input;
  const names = quoted(spec);
  const at = updatedAt(input, 's');
  const columns = [
    ...source.map(({ name }) => `s.${quoteIdent(name)}`),
    `${scdId([...spec.uniqueKey.map((key) => `s.${quoteIdent(key)}`), at])} as ${names.dbt_scd_id}`,
    `${at} as ${names.dbt_updated_at}`,
    `${at} as ${names.dbt_valid_from}`,
    `${validTo(input)} as ${names.dbt_valid_to}`,
    ...(spec.hardDeletes === 'new_record' ? [`'False' as ${names.dbt_is_deleted}`] : []),
  ];
  return `select ${columns.join(', ')} from ${from}${where === undefined ? '' : ` where ${where}`}`;
}

/** A row that says that its key is gone, with the values that it had. */
function deletion(input: SnapshotInput, previous: readonly ColumnInfo[], gone: string): string {
  const { spec, source } = input;
  const names = quoted(spec);
  const kept = source.filter(({ name }) => has(previous, name)).map(({ name }) => `o.${quoteIdent(name)}`);
  return `select ${[
    ...kept,
    `${scdId([`o.${names.dbt_scd_id}`, now(input)])} as ${names.dbt_scd_id}`,
    `${now(input)} as ${names.dbt_updated_at}`,
    `${now(input)} as ${names.dbt_valid_from}`,
    `o.${names.dbt_valid_to}`,
    `'True' as ${names.dbt_is_deleted}`,
  ].join(', ')} from standing o where ${gone}`;
}

/** Whether the row `s` of the source differs from what stands for it, `o`. */
function changed(input: SnapshotInput, previous: readonly ColumnInfo[]): string {
  const { spec, source } = input;
  if (spec.strategy === 'timestamp')
    return `o.${quoted(spec).dbt_valid_from} < s.${quoteIdent(spec.updatedAt!)}`;
  const compared = spec.checkColumns ?? source.map(({ name }) => name);
  // As in dbt: once a compared column is new, every row is recorded with it.
  if (compared.some((name) => !has(previous, name))) return 'true';
  return compared.map((name) => differs(name, source, previous)).join(' or ');
}

/** A key of another type than before is the same where it is written the same. */
function sameKey(name: string, source: readonly ColumnInfo[], previous: readonly ColumnInfo[]): string {
  const text = asText(name, source, previous);
  return `s.${quoteIdent(name)}${text} = o.${quoteIdent(name)}${text}`;
}

function asText(name: string, source: readonly ColumnInfo[], previous: readonly ColumnInfo[]): string {
  return find(source, name)?.type === find(previous, name)?.type ? '' : '::varchar';
}

function differs(name: string, source: readonly ColumnInfo[], previous: readonly ColumnInfo[]): string {
  const column = quoteIdent(name);
  const text = asText(name, source, previous);
  return `o.${column}${text} is distinct from s.${column}${text}`;
}

function updatedAt({ spec, at }: SnapshotInput, alias: string): string {
  return spec.updatedAt === undefined ? instant(at) : `${alias}.${quoteIdent(spec.updatedAt)}`;
}

/** The time of the run in the type that the snapshot's times have. */
function now(input: SnapshotInput): string {
  return typed(input, instant(input.at));
}

function validTo(input: SnapshotInput): string {
  return typed(input, input.spec.validToCurrent === undefined ? 'null' : `(${input.spec.validToCurrent})`);
}

/** Times are of the type of `updated_at`, else instants. */
function typed({ spec, source }: SnapshotInput, value: string): string {
  const type = spec.updatedAt === undefined ? undefined : find(source, spec.updatedAt)?.type;
  return `${value}::${type ?? 'TIMESTAMP WITH TIME ZONE'}`;
}

function instant(at: string): string {
  return `${quoteText(at)}::TIMESTAMP WITH TIME ZONE`;
}

function scdId(parts: readonly string[]): string {
  return `md5(${parts.map((part) => `coalesce((${part})::varchar, '')`).join(` || '|' || `)})`;
}

/** The names of the columns that a snapshot adds, quoted. */
function quoted({ names }: SnapshotSpec): Record<keyof SnapshotSpec['names'], string> {
  return {
    dbt_scd_id: quoteIdent(names.dbt_scd_id),
    dbt_updated_at: quoteIdent(names.dbt_updated_at),
    dbt_valid_from: quoteIdent(names.dbt_valid_from),
    dbt_valid_to: quoteIdent(names.dbt_valid_to),
    dbt_is_deleted: quoteIdent(names.dbt_is_deleted),
  };
}

function find(columns: readonly ColumnInfo[], name: string): ColumnInfo | undefined {
  return columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
}

function has(columns: readonly ColumnInfo[], name: string): boolean {
  return find(columns, name) !== undefined;
}
