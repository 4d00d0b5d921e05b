/** How rows get into the target: what the mode asks for, as far as what is there lets it. */
import { LakeError } from '../../errors/lake-error.js';
import { baseOf } from './base.js';
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

/** @throws LakeError LK8008 before rows of somebody else's would be lost, LK8011 for rows that may be there already. */
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
  if (load === undefined && ['replace', 'sync'].includes(mode) && (await hasRows()))
    throw new LakeError(
      'LK8008',
      `${place} is there already with rows that lake did not write, and mode: ${mode} would take them away`,
      {
        hint: `Publish once with mode: upsert, which keeps them; or empty it there (truncate ${qualified}); or publish under another name`,
      },
    );
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
  if (mode !== 'replace') return 'merge';
  const lakes = [...wanted.columns, ...wanted.geometry].map(({ name }) => name);
  const before = [...(load?.made.columns ?? []), ...Object.keys(load?.made.geometry ?? {})];
  const hasOthers = there.columns.some(({ name }) => !lakes.includes(name) && !before.includes(name));
  return !hasOthers && (await canSwap(session, wanted, there, load)) ? 'swap' : 'in place';
}
