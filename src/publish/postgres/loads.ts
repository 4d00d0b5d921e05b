/**
 * `lake_loads` in the target's schema: one row for each load of a table. The newest one of a table says which rows are there; it
 * is written in the transaction that wrote them.
 */
import { quoteIdent } from '../../sql/quote.js';
import { sqlState } from './refusal.js';
import type { Session } from './session.js';
import type { PostgresTask, Wanted } from './wanted.js';

const NAME = 'lake_loads';

/** What lake has to know again of what it made. */
export interface Made {
  readonly rowsDefinition: string;
  readonly columns: readonly string[];
  /** Its primary key, where lake made one; else the columns that tell its rows apart. */
  readonly key: readonly string[];
  /** In the order in which they were made. */
  readonly views: readonly { readonly name: string; readonly materialized: boolean; readonly hash: string }[];
  /** Name → hash. */
  readonly indexes: Readonly<Record<string, string>>;
  readonly geometry: Readonly<Record<string, string>>;
}

export interface Load {
  /** Id of the publication. */
  readonly publication: string;
  readonly lakeTable: string;
  readonly version: number;
  /** Tells a version from one of the same number in another lake. */
  readonly txn: string;
  readonly definition: string;
  readonly rows: number;
  readonly made: Made;
  /** The table that the load wrote is the one that is there. */
  readonly isThere: boolean;
  /** So are all views that it made. */
  readonly hasViews: boolean;
}

export const loadsOf = ({ schema }: Pick<Wanted, 'schema'>): string => `${quoteIdent(schema)}.${NAME}`;

/** The newest load of the table, in one question. */
export async function newestLoad(session: Session, wanted: Wanted): Promise<Load | undefined> {
  const row = await session
    .row(
      `select publication, lake_table, lake_version::text, lake_txn, definition, rows_total::text, made,
  coalesce(table_oid = to_regclass($2)::oid, false) as is_there,
  not exists (select 1 from jsonb_array_elements(made->'views') v where not exists (
    select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $3 and c.relname = v->>'name'
      and c.relkind = case when (v->>'materialized')::boolean then 'm' else 'v' end)) as has_views
from ${loadsOf(wanted)} where table_name = $1 order by load_id desc limit 1`,
      [wanted.table, wanted.qualified, wanted.schema],
    )
    .catch((error) => {
      // There is no such table or schema yet.
      if (['42P01', '3F000'].includes(sqlState(error) ?? '')) return undefined;
      throw error;
    });
  if (row === undefined) return undefined;
  return {
    publication: String(row['publication']),
    lakeTable: String(row['lake_table']),
    version: Number(row['lake_version']),
    txn: String(row['lake_txn']),
    definition: String(row['definition']),
    rows: Number(row['rows_total']),
    made: row['made'] as Made,
    isThere: row['is_there'] === true,
    hasViews: row['has_views'] === true,
  };
}

/** Views that lake made with this table of its own under other names of this schema: `table:` said another one before. */
export async function viewsOfOthers(
  session: Session,
  wanted: Wanted,
  lakeTable: string,
): Promise<Made['views']> {
  const found = await session.rows(
    `select distinct on (table_name) lake_table, made->'views' as views from ${loadsOf(wanted)}
where table_name <> $1 order by table_name, load_id desc`,
    [wanted.table],
  );
  return found
    .filter((row) => row['lake_table'] === lakeTable)
    .flatMap(({ views }) => views as Made['views']);
}

/** Makes schema and table where they are missing, in a transaction of their own: they are nobody's harm. */
export async function makeLoads(session: Session, wanted: Wanted): Promise<void> {
  const loads = loadsOf(wanted);
  const found = await session.row('select to_regclass($1) is not null as there', [loads]);
  if (found?.['there'] === true) return;
  await session.transaction(`schema ${wanted.schema}`, async () => {
    const schema = await session.row('select to_regnamespace($1) is not null as there', [
      quoteIdent(wanted.schema),
    ]);
    if (schema?.['there'] !== true) await session.run(`create schema ${quoteIdent(wanted.schema)}`);
    await session.run(`create table if not exists ${loads} (
  load_id bigint generated always as identity primary key,
  publication text not null,
  table_name text not null,
  lake_table text not null,
  lake_version bigint not null,
  lake_txn text not null,
  base_version bigint,
  run text not null,
  mode text not null,
  definition text not null,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone not null,
  rows_added bigint,
  rows_changed bigint,
  rows_removed bigint,
  rows_total bigint not null,
  table_oid oid not null,
  made jsonb not null
)`);
    await session.run(`create index if not exists lake_loads_newest on ${loads} (table_name, load_id desc)`);
    await session.run(
      `comment on table ${loads} is 'Loads of lake publish: which version of which table of the lake came when. The newest row of a table says what it holds; without it the next publication sends all rows.'`,
    );
  });
}

/** What a transaction did to the rows; undefined where all were written and nobody compared. */
export interface Written {
  readonly base?: number;
  readonly added?: number;
  readonly changed?: number;
  readonly removed?: number;
  readonly total: number;
}

/** To be called in the transaction that wrote them. */
export async function recordLoad(
  session: Session,
  { publication, table, run }: PostgresTask,
  wanted: Wanted,
  made: Made,
  written: Written & { readonly startedAt: Date },
): Promise<void> {
  await session.run(
    `insert into ${loadsOf(wanted)} (publication, table_name, lake_table, lake_version, lake_txn, base_version, run, mode, definition,
  started_at, finished_at, rows_added, rows_changed, rows_removed, rows_total, table_oid, made)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp(), $11, $12, $13, $14, to_regclass($15)::oid, $16)`,
    [
      publication.id,
      wanted.table,
      table.table,
      table.state.version,
      table.state.txnId,
      written.base ?? null,
      run,
      wanted.mode,
      publication.definitionHash,
      written.startedAt.toISOString(),
      written.added ?? null,
      written.changed ?? null,
      written.removed ?? null,
      written.total,
      wanted.qualified,
      JSON.stringify(made),
    ],
  );
}
