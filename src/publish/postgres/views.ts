/**
 * Views over a table as they are declared, and materialized views with the rows of now. All of it happens in the transaction that
 * writes the rows: who reads a view sees the rows of before or those of now.
 */
import { LakeError } from '../../errors/lake-error.js';
import { quoteIdent } from '../../sql/quote.js';
import { during } from './during.js';
import { type Grants, grantAgain, grantsOf } from './grants.js';
import { makeIndexes } from './indexes.js';
import type { Load } from './loads.js';
import type { Session } from './session.js';
import type { Wanted, WantedView } from './wanted.js';

type MadeView = Load['made']['views'][number];

export interface ViewPlan {
  /** To be taken away, in this order. */
  readonly drop: readonly MadeView[];
  /** To be made, in this order. */
  readonly make: readonly WantedView[];
}

/** What is known of the views that are there. */
export interface ViewsBefore {
  /** Made with this table. */
  readonly made: readonly MadeView[];
  /** Made with it under another name of the table. */
  readonly renamed: readonly MadeView[];
  /** All of them have to go and come back: the table does, or types of its columns. */
  readonly anew: boolean;
  /** `--full-refresh`: views of these names are lake's, whoever made them. */
  readonly takesOver: boolean;
}

/** @throws LakeError LK8008 for a relation of that name that lake did not make. */
export async function planViews(
  session: Session,
  { views, schema }: Pick<Wanted, 'views' | 'schema'>,
  { made, renamed, anew, takesOver }: ViewsBefore,
): Promise<ViewPlan> {
  const names = [...new Set([...views, ...made].map(({ name }) => name))];
  if (names.length === 0) return { drop: [], make: [] };
  const found = await session.rows(
    `select c.relname as name, c.relkind as kind from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = any ($2)`,
    [schema, names],
  );
  const kinds = new Map(found.map(({ name, kind }) => [String(name), String(kind)]));
  const isThere = ({ name, materialized }: MadeView) => kinds.get(name) === (materialized ? 'm' : 'v');
  const own = made.filter(isThere);
  const taken = views
    .filter(({ name }) => !own.some((one) => one.name === name))
    .flatMap(({ name }): readonly MadeView[] => {
      const before = renamed.find((one) => one.name === name && isThere(one));
      if (before !== undefined) return [{ ...before, hash: 'of another table' }];
      const kind = kinds.get(name) ?? '';
      return takesOver && 'vm'.includes(kind) && kind !== ''
        ? [{ name, materialized: kind === 'm', hash: "somebody's" }]
        : [];
    });
  const there = [...own, ...taken];
  const foreign = views.find(({ name }) => kinds.has(name) && !there.some((one) => one.name === name));
  if (foreign)
    throw new LakeError('LK8008', `${schema}.${foreign.name} is there already, and lake did not make it`, {
      hint: 'Drop it there, or give the view of the publication another name; a view is taken over by lake publish --full-refresh',
    });
  const stands = (view: WantedView) =>
    there.some(({ name, hash }) => name === view.name && hash === view.hash);
  const isStale = there.some((one) => !views.some((view) => view.name === one.name && stands(view)));
  if (anew || isStale) return { drop: [...there].reverse(), make: views };
  return { drop: [], make: views.filter((view) => !stands(view)) };
}

/** What the views let others do, to be given back once they are there again. */
export type ViewGrants = ReadonlyMap<string, Grants>;

export async function dropViews(session: Session, wanted: Wanted, { drop }: ViewPlan): Promise<ViewGrants> {
  const grants = new Map<string, Grants>();
  for (const { name, materialized } of drop) {
    const view = nameIn(wanted, name);
    grants.set(name, await grantsOf(session, view));
    await during(
      {
        code: 'LK8012',
        what: `the view ${wanted.schema}.${name} has to be made anew, and something reads it`,
        hint: 'Drop what reads it and make it again afterwards, or declare it in `views:` as well',
      },
      () => session.run(`drop ${materialized ? 'materialized ' : ''}view ${view}`),
    );
  }
  return grants;
}

export async function makeViews(
  session: Session,
  wanted: Wanted,
  { make }: ViewPlan,
  grants: ViewGrants,
): Promise<void> {
  for (const view of make) {
    const name = nameIn(wanted, view.name);
    await during(
      {
        code: 'LK8012',
        what: `the view ${wanted.schema}.${view.name} cannot be made`,
        hint: 'Mend its sql in `views:` of the publication: it is SQL of Postgres, and names columns as the table there has them',
      },
      () =>
        session.runTyped(`create ${view.materialized ? 'materialized ' : ''}view ${name} as\n${view.sql}`),
    );
    await makeIndexes(session, name, view.indexes);
    await grantAgain(session, name, grants.get(view.name) ?? []);
  }
}

/** Materialized views that were there before the rows changed. */
export async function refreshViews(session: Session, wanted: Wanted, { make }: ViewPlan): Promise<void> {
  for (const view of wanted.views)
    if (view.materialized && !make.includes(view)) await refresh(session, nameIn(wanted, view.name));
  for (const name of wanted.refresh) await refresh(session, name);
}

/** @throws LakeError LK8012 where one is missing, or is no materialized view: before anything was sent. */
export async function checkRefresh(session: Session, { refresh: names }: Wanted): Promise<void> {
  for (const name of names) {
    const found = await during(
      {
        code: 'LK8012',
        what: `refresh: ${name} is no name`,
        hint: 'Name a materialized view: [schema.]name',
      },
      () => session.row('select relkind as kind from pg_class where oid = to_regclass($1)', [name]),
    );
    if (found?.['kind'] !== 'm')
      throw new LakeError(
        'LK8012',
        found
          ? `${name} is no materialized view: there is nothing to refresh`
          : `there is no materialized view ${name} to refresh`,
        { hint: 'Make it there, declare it in `views:`, or take it out of `refresh:`' },
      );
  }
}

/**
 * While it is read, where it can be: it has rows already, and a unique index that covers all of them.
 * Source: https://www.postgresql.org/docs/15/sql-refreshmaterializedview.html
 */
async function refresh(session: Session, name: string): Promise<void> {
  const found = await session.row(
    `select c.oid::regclass::text as name, c.relispopulated and exists (
  select 1 from pg_index x where x.indrelid = c.oid and x.indisunique and x.indisvalid and x.indpred is null and x.indexprs is null
) as concurrently from pg_class c where c.oid = to_regclass($1)`,
    [name],
  );
  const mode = found?.['concurrently'] === true ? 'concurrently ' : '';
  await during(
    {
      code: 'LK8012',
      what: `the materialized view ${name} cannot be refreshed, and the rows stay as they were`,
      hint: 'Mend the view at the target; the next `lake publish` sends the rows',
    },
    () => session.run(`refresh materialized view ${mode}${found?.['name'] ?? name}`),
  );
}

const nameIn = ({ schema }: Wanted, name: string): string => `${quoteIdent(schema)}.${quoteIdent(name)}`;
