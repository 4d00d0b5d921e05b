/** `on_schema_change`: how the columns that a model yields now fit those that its table has. Pure. */
import type { IncrementalSpec } from '../../../compile/types.js';
import type { ColumnInfo } from '../../../engine/types.js';
import { LakeError } from '../../../errors/lake-error.js';
import { quoteIdent } from '../../../sql/quote.js';

export interface Alignment {
  /** Of the table as it will be: those of before in their order and spelling, then the new ones. */
  readonly columns: readonly ColumnInfo[];
  /** As the SELECT yields them. */
  readonly yielded: readonly ColumnInfo[];
  /** SELECT list that gives new rows these columns; a value that does not fit becomes NULL, see `narrowed`. */
  readonly incoming: string;
  /** The same for a row of the table, by an alias. */
  readonly known: (alias: string, column: ColumnInfo) => string;
  /** Columns of new rows whose values have to fit the type that the table has. */
  readonly narrowed: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  /** Columns are gone or have another type: no file of before can stay. */
  readonly rewrites: boolean;
  /** Columns that came or went or changed: what the rows hash to is another value. */
  readonly changed: boolean;
  /** What changed, in words; undefined where nothing did. */
  readonly note?: string;
}

/**
 * @param before Columns of the table. @param now Columns of the SELECT, in any order and case.
 * @throws LakeError LK4050 where `on_schema_change` does not allow the difference.
 */
export function alignColumns(
  id: string,
  onSchemaChange: IncrementalSpec['onSchemaChange'],
  before: readonly ColumnInfo[],
  now: readonly ColumnInfo[],
): Alignment {
  const yields = byName(now);
  const had = byName(before);
  const added = now.filter(({ name }) => !had.has(name.toLowerCase()));
  const gone = before.filter(({ name }) => !yields.has(name.toLowerCase()));
  const retyped = before.flatMap(({ name, type }) => {
    const to = yields.get(name.toLowerCase())?.type;
    return to === undefined || to === type ? [] : [{ name, before: type, now: to }];
  });
  const differs = [
    ...(added.length > 0 ? [`new: ${listed(added)}`] : []),
    ...(gone.length > 0 ? [`gone: ${listed(gone)}`] : []),
    ...retyped.map(({ name, before: old, now: type }) => `${name}: ${old} → ${type}`),
  ].join('; ');
  if (onSchemaChange === 'fail' && differs !== '')
    throw changed(id, `its columns changed (${differs}), and on_schema_change is fail`);
  if (onSchemaChange === 'ignore' && gone.length > 0)
    throw changed(id, `its SQL no longer yields ${listed(gone)}, and on_schema_change is ignore`);

  const syncs = onSchemaChange === 'sync_all_columns';
  const kept = ({ name, type: old }: ColumnInfo): ColumnInfo => {
    const from = yields.get(name.toLowerCase());
    const type = syncs ? (from?.type ?? old) : old;
    const castFrom = from?.type === type ? from.castFrom : undefined;
    return castFrom === undefined ? { name, type } : { name, type, castFrom };
  };
  const columns = [
    ...before.filter((column) => !(syncs && gone.includes(column))).map(kept),
    ...(onSchemaChange === 'ignore' ? [] : added),
  ];
  const incoming = columns.map(({ name, type }) => {
    const from = yields.get(name.toLowerCase());
    const value = from === undefined ? 'null' : quoteIdent(from.name);
    return `${from?.type === type ? value : `try_cast(${value} as ${type})`} as ${quoteIdent(name)}`;
  });
  return {
    columns,
    yielded: now,
    incoming: incoming.join(', '),
    known: (alias, { name, type }) => {
      const old = had.get(name.toLowerCase());
      if (old === undefined) return `cast(null as ${type})`;
      const value = `${alias}.${quoteIdent(old.name)}`;
      return old.type === type ? value : `cast(${value} as ${type})`;
    },
    narrowed: syncs
      ? []
      : retyped.map(({ name, before: to, now: from }) => ({
          name: yields.get(name.toLowerCase())!.name,
          from,
          to,
        })),
    rewrites: syncs && (gone.length > 0 || retyped.length > 0),
    changed: columns.length !== before.length || columns.some((c, i) => c.type !== before[i]!.type),
    note: noteOf(onSchemaChange, added, differs),
  };
}

function noteOf(
  onSchemaChange: IncrementalSpec['onSchemaChange'],
  added: readonly ColumnInfo[],
  differs: string,
): string | undefined {
  if (differs === '') return undefined;
  if (onSchemaChange !== 'ignore') return `its columns changed: ${differs}`;
  return added.length === 0
    ? undefined
    : `${listed(added)} ${added.length === 1 ? 'is' : 'are'} left out: on_schema_change is ignore`;
}

function changed(id: string, what: string): LakeError {
  return new LakeError('LK4050', `${id}: ${what}`, {
    hint: 'Set on_schema_change to append_new_columns or sync_all_columns, or build it anew with --full-refresh',
  });
}

function byName(columns: readonly ColumnInfo[]): ReadonlyMap<string, ColumnInfo> {
  return new Map(columns.map((column) => [column.name.toLowerCase(), column]));
}

function listed(columns: readonly ColumnInfo[]): string {
  return columns.map(({ name }) => name).join(', ');
}
