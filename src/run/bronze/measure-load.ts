/** Counts what a staged load brought: the figures that the load guards compare with the portal's. */
import { bindFields } from '../../compile/silver/binds.js';
import type { BronzeNode } from '../../compile/types.js';
import { none } from '../../engine/statement.js';
import type { Relation, Statement } from '../../engine/types.js';
import type { PartFetch } from '../../fetch/types.js';
import type { PartState, TableState } from '../../lakehouse/types.js';
import { BOUND_COLUMNS } from '../../sql/own-columns.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import { bindBronze } from '../tables/bronze/bind-bronze.js';
import { isStable } from '../tables/bronze/row-ids.js';
import { repeatedHashes } from '../tables/repeated-hashes.js';
import { asNumber, newestOf } from './cursor.js';
import { type StagedRows, stagedPath, stagedState } from './staged-state.js';
import { notWithdrawn } from './withdrawn-rows.js';

export interface Measured {
  /** Rows of the load, each portal row once. */
  readonly rows: number;
  /** Rows of the part that would be current with it, each portal row once. */
  readonly held: number;
  readonly cursor?: string;
  /** True when a row that was known came under another id: the portal has numbered its rows anew. */
  readonly renumbered: boolean;
}

/** Distinct portal rows and the greatest cursor by label of the part; only where there is something to be measured. */
export async function measureLoad(
  context: RunContext,
  node: BronzeNode,
  staged: StagedRows,
  known: Readonly<Record<string, PartState>>,
  state: TableState | undefined,
  renumbered: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, Measured>> {
  const { cursor, mode } = node.dataset.load;
  const { decoded, fetched } = staged;
  const adds = fetched.some((fetch) => fetch.kind === 'incremental');
  const namesRows = decoded.parts.some((part) => part.rowIdColumn !== undefined);
  if (decoded.files.length === 0 || (!namesRows && cursor === undefined && !adds)) return new Map();
  const { run } = context;
  const next = stagedState(staged, { run, known, state: adds ? state : undefined, renumbered });
  const pathOf = stagedPath(staged, (path) => context.lake.filePath(node.id, path));
  const relation: Relation = bindBronze(node, next, pathOf);
  const checks = fetched.filter(
    ({ kind, partId }) =>
      kind === 'incremental' && renumbered.size === 0 && isStable(next.parts![partId]?.rowId),
  );
  // `bindBronze` puts lake's own columns after the portal's.
  const names = relation.columns.slice(0, relation.columns.length - BOUND_COLUMNS.length).map((c) => c.name);
  const [ofRun, ...others] = await context.engine.sql({
    label: node.id,
    macros: [],
    relations: [relation],
    statements: [
      ...ofLoad(node, context.run, decoded),
      ...(adds
        ? mode === 'append'
          ? [rows(heldOnce(node, names))]
          : heldById(node, Object.values(next.parts!))
        : []),
      ...checks.map((fetch) => rows(numberedAnew(node, fetch, context.run, names))),
    ],
  });
  // A load that replaces all of its parts is what they hold.
  const [holds, compared] = adds ? [others[0]!, others.slice(1)] : [ofRun!, others];
  const anew = new Set([
    ...renumbered,
    ...checks.flatMap((fetch, i) => (compared[i]!.rows[0]?.[0] ? [fetch.label] : [])),
  ]);
  // An archive goes on under the new numbers: what it holds is counted with them.
  if (mode === 'append' && anew.size > renumbered.size)
    return measureLoad(context, node, staged, known, state, anew);
  const held = new Map(holds.rows.map(([label, count]) => [String(label), Number(count)]));
  return new Map(
    ofRun!.rows.map(([label, distinct, last]) => [
      String(label),
      {
        rows: Number(distinct),
        held: held.get(String(label)) ?? 0,
        cursor: last === null ? undefined : String(last),
        renumbered: anew.has(String(label)),
      },
    ]),
  );
}

function table(node: BronzeNode): string {
  return `"bronze".${quoteIdent(node.name)}`;
}

/** Rows of this load by part, each portal row once where all have an id, and the newest cursor. */
function ofLoad(node: BronzeNode, run: string, { parts }: StagedRows['decoded']): Statement[] {
  const from = `${table(node)} where _load_id = ${quoteText(run)}`;
  return onceById(from, parts, 'ids_of_load', newestOf('_cursor'));
}

/** What a mirror of the portal holds: each portal row once. */
function heldById(node: BronzeNode, parts: readonly PartState[]): Statement[] {
  return onceById(`${table(node)} where ${notWithdrawn(parts)}`, parts, 'ids_held');
}

/** By part its rows and `more`. Ids are compared as texts only where their hashes are equal. */
function onceById(
  from: string,
  parts: readonly { readonly rows: number }[],
  repeated: string,
  more = 'null',
): Statement[] {
  const hash = 'hash(_source_part, _row_id)';
  const count = parts.reduce((sum, { rows }) => sum + rows, 0);
  return [
    ...repeatedHashes({ into: repeated, hash, from, rows: count }).map(none),
    rows(`with again as (
        select _source_part, count(_row_id) - count(distinct _row_id) as again
        from ${from} and ${hash} in (select h from ${repeated}) group by all),
      counted as (
        select _source_part, count(*) as all_rows, count(_row_id) as named, ${more} as more
        from ${from} group by _source_part)
      select _source_part, case when named = all_rows then all_rows - coalesce(again, 0) else all_rows end, more
      from counted left join again using (_source_part)`),
  ];
}

/**
 * What an archive of the portal holds, in the terms of silver (see `repeated-rows.ts`) but over texts as they were
 * delivered: of each portal row its newest delivery; of each key one row, or of equal rows as many as a load had at most.
 */
function heldOnce(node: BronzeNode, names: readonly string[]): string {
  const key = keyColumns(node);
  const content = `hash(${[...(key ?? [...names, '_cursor'])].map(quoteIdent).join(', ')})`;
  const most = key ? '1' : 'max(n)';
  return `with newest as (
      select _source_part, _load_id, ${content} as content from ${table(node)}
      qualify _row_id is null
        or row_number() over (partition by _source_part, _row_id order by _load_order desc, _row) = 1),
    counted as (select _source_part, _load_id, content, count(*) as n from newest group by all),
    distinct_rows as (select _source_part, content, ${most} as n from counted group by all)
    select _source_part, sum(n)::bigint from distinct_rows group by _source_part`;
}

/** Columns that the key's fields are read from; undefined where a part of the key is computed. */
export function keyColumns({ dataset }: BronzeNode): readonly string[] | undefined {
  if (!dataset.key || !dataset.fields) return undefined;
  const { inputs } = bindFields(dataset, dataset.fields);
  const columns = dataset.key.map((name) => inputs.get(name) ?? []);
  return columns.every((own) => own.length > 0) ? columns.flat() : undefined;
}

/**
 * Whether rows that the lake has, and that this load brought again just as they were, go by other ids now, and none by its
 * own. The rows of the last load's own cursor are always asked for again, so that there are some to be seen. Of rows
 * without a key another one may have become the same: there an id that came again, whatever with, is as good as before.
 */
function numberedAnew(
  node: BronzeNode,
  { label, since }: PartFetch,
  run: string,
  names: readonly string[],
): string {
  const content = `hash(${[...names, '_cursor'].map(quoteIdent).join(', ')})`;
  const isNew = `_load_id = ${quoteText(run)}`;
  const value = quoteText(since?.value ?? '');
  // Both ways of comparing, for a cursor may be a number: what is taken too many costs time and no more.
  const inWindow = `_cursor >= ${value} or ${asNumber('_cursor')} >= try_cast(${value} as decimal(38, 9))`;
  const elsewhere = node.dataset.key ? 'true' : 'again = 0';
  return `with part as (
      select _row_id, _cursor, ${isNew} as is_new, ${content} as content from ${table(node)}
      where _source_part = ${quoteText(label)} and (${isNew} or ${since ? inWindow : 'true'})),
    same as (
      select count(distinct _row_id) filter (is_new) as fresh,
        count(distinct _row_id) filter (not is_new) as old,
        count(distinct _row_id) filter (not is_new and _row_id in (select _row_id from part where is_new)) as again,
        count(distinct _row_id) as ids
      from part where _cursor is not null group by content)
    select coalesce(bool_or(fresh > 0 and old > 0 and fresh + old = ids and ${elsewhere})
      and not bool_or(fresh + old > ids), false) from same`;
}

function rows(sql: string): Statement {
  return { sql, collect: 'rows', limit: 1_000_000 };
}
