/** A new table, under its name at once or in place of the one that has it. Nobody waits while it is filled. */
import { quoteIdent } from '../../sql/quote.js';
import type { Changes } from './changes.js';
import { makeKey, makeTable, send } from './fill.js';
import { giveTo, grantAgain, grantsOf } from './grants.js';
import { makeIndexes } from './indexes.js';
import type { Load, Written } from './loads.js';
import { sqlState } from './refusal.js';
import type { Session } from './session.js';
import { sameNames, type There, type ThereIndex } from './there.js';
import { hashOf, type Wanted } from './wanted.js';

export async function createTable(session: Session, wanted: Wanted, changes: Changes): Promise<Written> {
  await filled(session, wanted, wanted.qualified, changes);
  if (wanted.key.length > 0)
    await makeKey(
      session,
      wanted,
      `alter table ${wanted.qualified} add primary key (${wanted.key.map(quoteIdent).join(', ')})`,
    );
  await makeIndexes(session, wanted.qualified, wanted.indexes);
  return { added: changes.rows, total: changes.rows };
}

/** Whether the table can go: nothing hangs on it but what lake made. The server is asked, and what it did is taken back. */
export async function canSwap(
  session: Session,
  wanted: Wanted,
  there: There,
  load: Load | undefined,
): Promise<boolean> {
  if (there.kind !== 'r' || there.bound || !there.isOwn) return false;
  const isTheirs = ({ name, primary, columns }: ThereIndex) =>
    primary ? !sameNames(columns, load?.made.key ?? []) : load?.made.indexes[name] === undefined;
  if (there.indexes.some(isTheirs) || there.columns.some(({ filled, generated }) => filled && !generated))
    return false;
  await session.run('savepoint lake_swap');
  try {
    for (const { name, materialized } of [...(load?.made.views ?? [])].reverse())
      await session.run(
        `drop ${materialized ? 'materialized ' : ''}view if exists ${quoteIdent(wanted.schema)}.${quoteIdent(name)}`,
      );
    await session.run(`drop table ${wanted.qualified}`);
    return true;
  } catch (error) {
    // Something depends on it, or somebody made another kind of relation of that name.
    if (['2BP01', '42809'].includes(sqlState(error) ?? '')) return false;
    throw error;
  } finally {
    await session.run('rollback to savepoint lake_swap').catch(() => {});
  }
}

/** Owner and grants are those of the table that goes. Its views went before. */
export async function swapTable(
  session: Session,
  wanted: Wanted,
  there: There,
  changes: Changes,
): Promise<Written> {
  const { schema, table, qualified, key, indexes } = wanted;
  const mark = hashOf(table);
  const fresh = `lake_new_${mark}`;
  const inSchema = (name: string) => `${quoteIdent(schema)}.${quoteIdent(name)}`;
  const forNow = (name: string) => `lake_new_${hashOf([table, name])}`;
  await filled(session, wanted, inSchema(fresh), changes);
  if (key.length > 0)
    await makeKey(
      session,
      wanted,
      `alter table ${inSchema(fresh)} add constraint ${quoteIdent(forNow('key'))} primary key (${key.map(quoteIdent).join(', ')})`,
    );
  await makeIndexes(session, inSchema(fresh), indexes, forNow);
  const grants = await grantsOf(session, qualified);
  const primary = there.indexes.find((index) => index.primary)?.name;
  await session.run(`drop table ${qualified}`);
  await session.run(`alter table ${inSchema(fresh)} rename to ${quoteIdent(table)}`);
  if (key.length > 0 && primary !== undefined)
    await session.run(
      `alter table ${qualified} rename constraint ${quoteIdent(forNow('key'))} to ${quoteIdent(primary)}`,
    );
  for (const { name } of indexes)
    await session.run(`alter index ${inSchema(forNow(name))} rename to ${quoteIdent(name)}`);
  await giveTo(session, qualified, there.owner);
  await grantAgain(session, qualified, grants);
  return { total: changes.rows };
}

async function filled(session: Session, wanted: Wanted, name: string, changes: Changes): Promise<void> {
  await makeTable(session, wanted, name);
  await send(session, name, wanted.columns, { file: changes.rowsFile!, rows: changes.rows, fresh: true });
}
