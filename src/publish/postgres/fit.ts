/** Whether the table that is there can take the rows as they are now, and what has to be altered first. */
import { LakeError } from '../../errors/lake-error.js';
import { quoteIdent } from '../../sql/quote.js';
import { holds } from './column-types.js';
import type { Load } from './loads.js';
import { sameNames, type There, tellsApart } from './there.js';
import type { Wanted, WantedColumn } from './wanted.js';

export interface Fit {
  /** Statements that lose nothing. */
  readonly alterations: readonly string[];
  /** What makes the key, after them. */
  readonly key?: string;
  /** Some change the type of a column: views over it have to go first. */
  readonly changesTypes: boolean;
  /** Columns that lake once filled and that the table of the lake has no more. */
  readonly gone: readonly string[];
  /** Columns that are not lake's. */
  readonly others: readonly string[];
}

/** @throws LakeError LK8008 for what is no table, or another's; LK8009 for what would lose values, with the statement to run. */
export function fitOf(wanted: Wanted, there: There, load: Load | undefined): Fit {
  const { place, columns, geometry } = wanted;
  if (!['r', 'p'].includes(there.kind))
    throw new LakeError(
      'LK8008',
      `${place} is no table at the target, but a ${KINDS[there.kind] ?? 'relation'}`,
      {
        hint: 'Publish under another name: `table:` of the publication',
      },
    );
  const lakes = [...columns.map(({ name }) => name), ...geometry.map(({ name }) => name)];
  const before = load?.made.columns ?? [];
  const gone = there.columns
    .filter(({ name, generated }) => before.includes(name) && !lakes.includes(name) && !generated)
    .map(({ name }) => name);
  const others = there.columns.filter(({ name }) => !lakes.includes(name) && !before.includes(name));
  const needed = others.find(({ notNull, filled }) => notNull && !filled);
  if (needed)
    throw new LakeError(
      'LK8009',
      `${place} has a column ${quoteIdent(needed.name)} that must have a value, and lake has none for it`,
      {
        hint: `Run: alter table ${wanted.qualified} alter column ${quoteIdent(needed.name)} drop not null`,
      },
    );
  const keys = keyAlterations(wanted, there, load);
  const stays = keys.drop.length > 0 ? [] : (there.indexes.find(({ primary }) => primary)?.columns ?? []);
  const letsNull = (name: string) =>
    `alter table ${wanted.qualified} alter column ${quoteIdent(name)} drop not null`;
  const alterations = there.columns
    .filter(({ name, notNull }) => notNull && gone.includes(name) && !stays.includes(name))
    .map(({ name }) => letsNull(name));
  let changesTypes = false;
  for (const column of columns) {
    const found = there.columns.find(({ name }) => name === column.name);
    const name = quoteIdent(column.name);
    if (found === undefined) {
      alterations.push(`alter table ${wanted.qualified} add column ${name} ${column.type.name}`);
    } else if (holds(found.type, column.type.name)) {
      if (found.notNull && ![...wanted.key, ...stays].includes(column.name) && load !== undefined)
        alterations.push(letsNull(column.name));
    } else if (holds(column.type.name, found.type)) {
      changesTypes = true;
      alterations.push(`alter table ${wanted.qualified} alter column ${name} type ${column.type.name}`);
    } else throw lossy(wanted, column, found.type, load);
  }
  return {
    alterations: [...keys.drop, ...alterations],
    key: keys.add,
    changesTypes,
    gone,
    others: others.map(({ name }) => name),
  };
}

const KINDS: Readonly<Record<string, string>> = {
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
  S: 'sequence',
  i: 'index',
  c: 'type',
};

function lossy(
  { place, qualified, schema }: Wanted,
  column: WantedColumn,
  found: string,
  load: Load | undefined,
): LakeError {
  const name = quoteIdent(column.name);
  // Postgres alters no column that a view reads; lake makes its own again.
  const views = [...(load?.made.views ?? [])].reverse();
  const drops = views.map(
    (view) =>
      `drop ${view.materialized ? 'materialized ' : ''}view if exists ${quoteIdent(schema)}.${quoteIdent(view.name)}; `,
  );
  return new LakeError(
    'LK8009',
    `${place} has its column ${name} as ${found}, and its values are ${column.type.name} now: not every one of the one is one of the other`,
    {
      hint: `If that is meant, run: ${drops.join('')}alter table ${qualified} alter column ${name} type ${column.type.name} using ${name}::${column.type.name}${drops.length > 0 ? '; lake publish makes the views again' : ''}`,
    },
  );
}

interface KeyAlterations {
  readonly drop: readonly string[];
  readonly add?: string;
}

/** Rows are found by their key, which no two have; a key that lake made before goes, for rows may have its values twice now. */
function keyAlterations(
  { key, qualified, place }: Wanted,
  there: There,
  load: Load | undefined,
): KeyAlterations {
  const primary = there.indexes.find((index) => index.primary);
  const isStale =
    primary?.constraint != null &&
    !sameNames(primary.columns, key) &&
    load !== undefined &&
    sameNames(primary.columns, load.made.key);
  const drop = isStale
    ? [`alter table ${qualified} drop constraint ${quoteIdent(primary!.constraint!)}`]
    : [];
  if (key.length === 0 || tellsApart(there, key)) return { drop };
  const list = key.map(quoteIdent).join(', ');
  const add =
    primary && !isStale
      ? `create unique index on ${qualified} (${list})`
      : `alter table ${qualified} add primary key (${list})`;
  if (load === undefined)
    throw new LakeError(
      'LK8009',
      `nothing at the target says that no two rows of ${place} have the same ${key.join(', ')}`,
      { hint: `Run: ${add}` },
    );
  return { drop, add };
}
