/** Rows into a table that is there and stays there: by key, or behind the others, or in place of them. */
import { quoteIdent } from '../../sql/quote.js';
import { type Changes, keyColumns } from './changes.js';
import { makeKey, makeTemporary, namesOf, send } from './fill.js';
import type { Fit } from './fit.js';
import type { Load, Written } from './loads.js';
import type { Session } from './session.js';
import type { There } from './there.js';
import type { Wanted } from './wanted.js';

const INCOMING = 'lake_incoming';
const GONE = 'lake_gone';

/** Others read on; nobody else writes meanwhile, so that what is counted is what was done. */
export async function lockTable(session: Session, { qualified }: Wanted): Promise<void> {
  await session.run(`lock table ${qualified} in share row exclusive mode`);
}

/** What does not fit yet, and columns that the lake has no more: their values of before are those of no version. */
export async function alterTable(
  session: Session,
  wanted: Wanted,
  { alterations, gone, key }: Fit,
): Promise<void> {
  const { qualified } = wanted;
  for (const alteration of alterations) await session.run(alteration);
  if (key !== undefined) await makeKey(session, wanted, key);
  if (gone.length === 0) return;
  const names = gone.map(quoteIdent);
  await session.run(
    `update ${qualified} set ${names.map((name) => `${name} = null`).join(', ')} where num_nonnulls(${names.join(', ')}) > 0`,
  );
}

/**
 * Columns, of no key, in which no two rows may have the same: two rows that swap their values have it for a moment.
 * @param load What lake made; left out: columns that must have a value are as somebody else made them.
 */
export function contestedOf(
  { columns, key }: Wanted,
  there: There,
  load: Load | undefined,
): readonly string[] {
  const read = there.indexes.flatMap(({ refuses, reads }) => (refuses ? reads : []));
  const isFree = (name: string) =>
    load !== undefined || there.columns.some((one) => one.name === name && !one.notNull);
  return columns
    .map(({ name }) => name)
    .filter((name) => read.includes(name) && !key.includes(name) && isFree(name));
}

/**
 * @param load What is known of the rows that are there; left out: they are counted.
 * @param contested As `contestedOf` finds them.
 */
export async function mergeRows(
  session: Session,
  wanted: Wanted,
  changes: Changes,
  load: Load | undefined,
  contested: readonly string[],
): Promise<Written> {
  const { qualified, mode, key, columns } = wanted;
  const same = (a: string, b: string) =>
    key.map((name) => `${a}.${quoteIdent(name)} = ${b}.${quoteIdent(name)}`).join(' and ');
  if (changes.rowsFile !== undefined) {
    await makeTemporary(session, INCOMING, columns);
    await send(session, INCOMING, columns, { file: changes.rowsFile, rows: changes.rows });
    // No row of them twice, and none without a key.
    if (key.length > 0)
      await makeKey(
        session,
        wanted,
        `alter table ${INCOMING} add primary key (${key.map(quoteIdent).join(', ')})`,
      );
  }
  let removed = 0;
  if (changes.goneFile !== undefined) {
    const keys = keyColumns(wanted);
    await makeTemporary(session, GONE, keys);
    await send(session, GONE, keys, { file: changes.goneFile, rows: changes.removed ?? 0 });
    removed = await session.run(`delete from ${qualified} t using ${GONE} g where ${same('t', 'g')}`);
  } else if (mode === 'sync' && changes.base === undefined) {
    removed = await session.run(
      `delete from ${qualified} t where not exists (select 1 from ${INCOMING} i where ${same('t', 'i')})`,
    );
  }
  let changed = 0;
  let added = 0;
  if (changes.rowsFile !== undefined) {
    const rest = columns.filter(({ name }) => !key.includes(name));
    const swapped = rest.filter(({ name }) => contested.includes(name));
    if (mode !== 'append' && swapped.length > 0)
      await session.run(
        `update ${qualified} t set ${swapped.map(({ name }) => `${quoteIdent(name)} = null`).join(', ')}
from ${INCOMING} i where ${same('t', 'i')} and row(${namesOf(swapped, 't.')}) is distinct from row(${namesOf(swapped, 'i.')})`,
      );
    if (mode !== 'append' && rest.length > 0)
      changed = await session.run(
        `update ${qualified} t set ${rest.map(({ name }) => `${quoteIdent(name)} = i.${quoteIdent(name)}`).join(', ')}
from ${INCOMING} i where ${same('t', 'i')} and row(${namesOf(rest, 't.')}) is distinct from row(${namesOf(rest, 'i.')})`,
      );
    const unseen =
      key.length === 0 ? '' : ` where not exists (select 1 from ${qualified} t where ${same('t', 'i')})`;
    added = await session.run(
      `insert into ${qualified} (${namesOf(columns)}) select ${namesOf(columns, 'i.')} from ${INCOMING} i${unseen}`,
    );
  }
  const isKnown = added === changes.added && (mode !== 'sync' || removed === changes.removed);
  const total =
    load === undefined || changes.base === undefined || !isKnown
      ? await countRows(session, wanted)
      : load.rows + added - removed;
  return { base: changes.base?.state.version, added, changed, removed, total };
}

/** All rows go, all rows come: for tables that others depend on, so that no new one can take their place. */
export async function replaceInPlace(
  session: Session,
  wanted: Wanted,
  changes: Changes,
  fit: Fit,
): Promise<Written> {
  const { qualified, columns } = wanted;
  await makeTemporary(session, INCOMING, columns);
  await send(session, INCOMING, columns, { file: changes.rowsFile!, rows: changes.rows });
  await session.run(`delete from ${qualified}`);
  // A key may have columns that none of the rows of before had.
  await alterTable(session, wanted, fit);
  const total = await session.run(
    `insert into ${qualified} (${namesOf(columns)}) select ${namesOf(columns)} from ${INCOMING}`,
  );
  return { total };
}

export async function countRows(session: Session, { qualified }: Wanted): Promise<number> {
  const row = await session.row(`select count(*)::text as n from ${qualified}`);
  return Number(row?.['n']);
}
