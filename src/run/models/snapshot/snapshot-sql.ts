/**
 * The next version of a snapshot, as SQL over `source` (what is recorded, now) and `previous` (the snapshot so far).
 * Pure. Meanings and names as in dbt: https://docs.getdbt.com/docs/build/snapshots
 */
import type { SnapshotSpec } from '../../../compile/types.js';
import type { ColumnInfo } from '../../../engine/types.js';
import { quoteIdent, quoteText } from '../../../sql/quote.js';

export interface SnapshotInput {
  readonly spec: SnapshotSpec;
  /** Columns of what is recorded. */
  readonly source: readonly ColumnInfo[];
  /** Columns of the snapshot so far; undefined before the first. */
  readonly previous?: readonly ColumnInfo[];
  /** Time of the run, ISO 8601 UTC. */
  readonly at: string;
}

/** Statements that leave the whole next version in the temporary table `result`. */
export function snapshotStatements(input: SnapshotInput): readonly string[] {
  const { spec, previous } = input;
  if (!previous) return [`create temp table result as ${inserted(input, 'source s')}`];
  const { dbt_valid_to: to, dbt_is_deleted: deleted } = quoted(spec);
  const marks = spec.hardDeletes === 'new_record';
  const same = spec.uniqueKey.map((key) => `s.${quoteIdent(key)} = o.${quoteIdent(key)}`).join(' and ');
  const current = `${to} is null${spec.validToCurrent === undefined ? '' : ` or ${to} = ${typed(input, `(${spec.validToCurrent})`)}`}`;
  const back = marks ? ` or o.${deleted} = 'True'` : '';
  const moved = `(${changed(input)}${back})`;
  const gone = `not exists (select 1 from source s where ${same})${marks ? ` and o.${deleted} is distinct from 'True'` : ''}`;
  const closed = [
    `select o."$row", ${updatedAt(input, 's')} as at from standing o join source s on ${same} where ${moved}`,
    ...(spec.hardDeletes === 'ignore'
      ? []
      : [`select o."$row", ${now(input)} from standing o where ${gone}`]),
  ];
  const rows = [
    `select p.* exclude ("$row") replace (coalesce(c.at, p.${to}) as ${to})
      from previous p left join closed c using ("$row")`,
    inserted(input, `source s left join standing o on ${same}`, `o."$row" is null or ${moved}`),
    ...(marks ? [deletion(input, gone)] : []),
  ];
  // A column that came or went since: NULL where it was not there.
  const missing = marks && !has(previous, spec.names.dbt_is_deleted) ? `, 'False' as ${deleted}` : '';
  return [
    `create temp table previous as select *${missing}, row_number() over () as "$row" from snapshot_so_far`,
    `create temp view standing as select * from previous where ${current}`,
    `create temp table closed as ${closed.join(' union all ')}`,
    `create temp table result as ${rows.join('\n union all by name ')}`,
  ];
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
function deletion(input: SnapshotInput, gone: string): string {
  const { spec, source, previous = [] } = input;
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
function changed(input: SnapshotInput): string {
  const { spec, source, previous = [] } = input;
  if (spec.strategy === 'timestamp')
    return `o.${quoted(spec).dbt_valid_from} < s.${quoteIdent(spec.updatedAt!)}`;
  const compared = spec.checkColumns ?? source.map(({ name }) => name);
  // As in dbt: once a compared column is new, every row is recorded with it.
  if (compared.some((name) => !has(previous, name))) return 'true';
  return compared.map((name) => differs(name, source, previous)).join(' or ');
}

function differs(name: string, source: readonly ColumnInfo[], previous: readonly ColumnInfo[]): string {
  const column = quoteIdent(name);
  const text = find(source, name)?.type === find(previous, name)?.type ? '' : '::varchar';
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
