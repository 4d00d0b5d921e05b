/** How rows get into the target: what the mode asks for, as far as what is there lets it. */
import { LakeError } from '../../errors/lake-error.js';
import { baseOf, isOfThisLake } from './base.js';
import type { Load } from './loads.js';
import type { Session } from './session.js';
import { canSwap } from './swap.js';
import type { There } from './there.js';
import type { PostgresTask, Wanted } from './wanted.js';

/**
 * `create`: there is no table. `swap`: a new one takes its place. `in place`: the table stays, all of its rows go and come.
 * `merge`: only rows that differ are written.
 */
export type Way = 'create' | 'swap' | 'in place' | 'merge';

/**
 * @throws LakeError LK8008 before rows of somebody else's would be lost, LK8009 for rows without a column of the key, LK8011 for
 * rows that may be there already. With `--full-refresh` the table is taken over.
 */
export async function wayOf(
  session: Session,
  task: PostgresTask,
  wanted: Wanted,
  there: There | undefined,
  load: Load | undefined,
): Promise<Way> {
  const { mode, key, place, qualified } = wanted;
  if (there === undefined) return 'create';
  const hasRows = async () =>
    ['r', 'p'].includes(there.kind) &&
    (await session.row(`select exists (select 1 from ${qualified}) as found`))?.['found'] === true;
  if (!task.fullRefresh) {
    if (load === undefined && ['replace', 'sync'].includes(mode) && (await hasRows()))
      throw new LakeError(
        'LK8008',
        `${place} is there already with rows that lake did not write, and mode: ${mode} would take them away`,
        {
          hint: `Publish once with mode: upsert, which keeps them; or take them away with lake publish --full-refresh; or publish under another name`,
        },
      );
    await checkWhose(task, wanted, load);
  }
  if (mode === 'append' && key.length === 0) {
    if (task.fullRefresh) return 'in place';
    if ((await baseOf(task, wanted, load)) === undefined && (await hasRows()))
      throw new LakeError(
        'LK8011',
        `nothing says which rows of ${place} are there already, and without a key they cannot be told apart`,
        {
          hint: 'Write all of them anew with `lake publish --full-refresh`, or name a key',
        },
      );
    return 'merge';
  }
  if (mode !== 'replace') {
    const unknown = key.filter((name) => !there.columns.some((column) => column.name === name));
    if (unknown.length === 0 || !(await hasRows())) return 'merge';
    if (mode === 'sync' || task.fullRefresh) return 'in place';
    throw new LakeError(
      'LK8009',
      `rows of ${place} have no ${unknown.join(', ')}, which is of the key now: nothing tells which of them the rows of the lake are`,
      {
        hint: 'Write all of them anew with `lake publish --full-refresh`: rows that the lake has no more are not among them',
      },
    );
  }
  const lakes = [...wanted.columns, ...wanted.geometry].map(({ name }) => name);
  const before = [...(load?.made.columns ?? []), ...Object.keys(load?.made.geometry ?? {})];
  const hasOthers = there.columns.some(({ name }) => !lakes.includes(name) && !before.includes(name));
  return !hasOthers && (await canSwap(session, wanted, there, load)) ? 'swap' : 'in place';
}

/** @throws LakeError LK8008 where another publication, or another lake, keeps the table. */
async function checkWhose(
  task: PostgresTask,
  { place, mode }: Wanted,
  load: Load | undefined,
): Promise<void> {
  if (load === undefined) return;
  const { publication, table } = task;
  if (load.publication !== publication.id || load.lakeTable !== table.table)
    throw new LakeError(
      'LK8008',
      `${place} is kept by another publication, ${load.publication} of ${load.lakeTable}: ${publication.id} of ${table.table} would change its rows`,
      {
        hint: `Publish under another name: \`table:\` of the publication; where the other one is no more, take the table over with lake publish --full-refresh`,
      },
    );
  if (['replace', 'sync'].includes(mode) && !(await isOfThisLake(task, load)))
    throw new LakeError(
      'LK8008',
      `${place} has version ${load.version} of ${load.lakeTable} of another lake, and mode: ${mode} would take its rows away`,
      {
        hint: 'Another project, or a copy of this one, publishes to it: give the target another schema or dsn. Where this lake was built anew from nothing, and the table is to follow it from now on: lake publish --full-refresh',
      },
    );
}
