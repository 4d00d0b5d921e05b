/** What a publication is to be at its target, out of the task alone: names, types, mode. */
import { createHash } from 'node:crypto';
import { LakeError } from '../../errors/lake-error.js';
import type {
  PublishedGeometry,
  PublishedView,
  PublishMode,
  PublishTarget,
} from '../../project/publish-types.js';
import { quoteIdent } from '../../sql/quote.js';
import type { PublishTask } from '../types.js';
import { type PgType, pgType } from './column-types.js';
import { bytesOf, fitting, LONGEST } from './names.js';

export type PostgresTarget = Extract<PublishTarget, { type: 'postgres' }>;
export type PostgresTask = PublishTask<PostgresTarget>;

export interface WantedColumn {
  /** In the lake, and at the target. */
  readonly source: string;
  readonly name: string;
  readonly type: PgType;
  /** DuckDB's. */
  readonly sourceType: string;
  readonly description?: string;
}

export interface WantedIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly method: string;
  readonly where?: string;
}

export interface WantedView extends Omit<PublishedView, 'indexes'> {
  readonly indexes: readonly WantedIndex[];
  /** Of all that makes it. */
  readonly hash: string;
}

export interface Wanted {
  readonly schema: string;
  readonly table: string;
  /** For people: `public.requests`. */
  readonly place: string;
  /** For SQL: `"public"."requests"`. */
  readonly qualified: string;
  readonly mode: PublishMode;
  /** Names at the target; empty where rows have no key. */
  readonly key: readonly string[];
  readonly columns: readonly WantedColumn[];
  readonly description?: string;
  readonly indexes: readonly WantedIndex[];
  readonly geometry: readonly PublishedGeometry[];
  readonly views: readonly WantedView[];
  readonly refresh: readonly string[];
  /** Hash of what decides which rows are there: differences to rows of another one mean nothing. */
  readonly rowsDefinition: string;
}

/** @throws LakeError LK8015 for names that Postgres would cut, LK8018 for columns that no table of it can have. */
export function wantedOf({ publication, target, columns, description }: PostgresTask): Wanted {
  const { spec, node } = publication;
  const schema = spec.schema ?? target.schema ?? 'public';
  const table = spec.table ?? node.slice(node.indexOf('.') + 1);
  checkLength('table', table);
  checkLength('schema', schema);
  for (const view of spec.views ?? []) checkLength('view', view.name);
  const named = columns.map(
    (column): WantedColumn => ({
      source: column.name,
      name: fitting(column.name),
      type: pgType(column.type),
      sourceType: column.type,
      description: column.description,
    }),
  );
  checkColumns(`${schema}.${table}`, [...named, ...(spec.geometry ?? [])]);
  const key = publication.key.map(fitting);
  const mode = spec.mode ?? (key.length > 0 ? 'upsert' : 'replace');
  return {
    schema,
    table,
    place: `${schema}.${table}`,
    qualified: `${quoteIdent(schema)}.${quoteIdent(table)}`,
    mode,
    key,
    columns: named,
    description,
    indexes: (spec.indexes ?? []).map((index) => wantedIndex(table, index)),
    geometry: spec.geometry ?? [],
    views: (spec.views ?? []).map((view) => wantedView(view)),
    refresh: spec.refresh ?? [],
    rowsDefinition: hashOf({ node, mode, key }),
  };
}

/** Source: https://www.postgresql.org/docs/15/limits.html */
const MOST_COLUMNS = 1600;
/** Source: https://www.postgresql.org/docs/15/ddl-system-columns.html */
const SYSTEM_COLUMNS: readonly string[] = ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'];

function checkColumns(place: string, columns: readonly { readonly name: string }[]): void {
  if (columns.length > MOST_COLUMNS)
    throw new LakeError('LK8018', `${place} would have ${columns.length} columns`, {
      hint: `Postgres has at most ${MOST_COLUMNS} in a table. Choose with \`columns:\` of the publication`,
    });
  const taken = columns.find(({ name }) => SYSTEM_COLUMNS.includes(name));
  if (taken)
    throw new LakeError(
      'LK8018',
      `${place} would have a column ${taken.name}, which is a name of Postgres's own`,
      {
        hint: 'Give it another name in the model, or leave it out with `columns:` of the publication',
      },
    );
}

type WrittenIndex = NonNullable<PublishTask['publication']['spec']['indexes']>[number];

function wantedIndex(table: string, { columns, name, unique, method, where }: WrittenIndex): WantedIndex {
  if (name !== undefined) checkLength('index', name);
  return {
    name: name ?? fitting([table, ...columns, 'idx'].join('_')),
    columns: columns.map(fitting),
    unique: unique ?? false,
    method: method ?? 'btree',
    where,
  };
}

function wantedView(view: PublishedView): WantedView {
  const indexes = view.indexes.map((index) => wantedIndex(view.name, index));
  const sql = view.sql.trim().replace(/;\s*$/, '');
  return { name: view.name, sql, materialized: view.materialized, indexes, hash: hashOf({ ...view, sql }) };
}

function checkLength(what: string, name: string): void {
  if (bytesOf(name) > LONGEST)
    throw new LakeError(
      'LK8015',
      `the name of the ${what} ${JSON.stringify(name)} has ${bytesOf(name)} bytes`,
      {
        hint: `Postgres keeps ${LONGEST} of them. Give it a shorter one`,
      },
    );
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
