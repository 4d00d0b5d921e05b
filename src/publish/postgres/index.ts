/**
 * Publishing to Postgres. All that a publication does is one transaction of the target: rows, columns, indexes, comments, views and
 * the row of `lake_loads` that says which version they are of. Killed at any instant it has happened, or it has not.
 */
import type { Publish, Published } from '../types.js';
import { baseOf, settledBy } from './base.js';
import { allRows, changedRows } from './changes.js';
import { keepComments } from './comments.js';
import { connect } from './connect.js';
import { type Fit, fitOf } from './fit.js';
import { geometryAlterations, geometryHashes, possibleGeometries } from './geometry.js';
import { checkIndexes, indexHashes, keepIndexes } from './indexes.js';
import { type Load, makeLoads, newestLoad, recordLoad, viewsOfOthers, type Written } from './loads.js';
import { alterTable, contestedOf, lockTable, mergeRows, replaceInPlace } from './merge.js';
import { notesOf } from './notes.js';
import { refusal } from './refusal.js';
import type { Session } from './session.js';
import { createTable, swapTable } from './swap.js';
import { lookThere, type There } from './there.js';
import { checkRefresh, dropViews, makeViews, planViews, refreshViews } from './views.js';
import { type PostgresTarget, type PostgresTask, type Wanted, wantedOf } from './wanted.js';
import { type Way, wayOf } from './way.js';

/** @throws LakeError LK8002–LK8020 */
export const publishPostgres: Publish<PostgresTarget> = async (task) => {
  const startedAt = new Date();
  const wanted = wantedOf(task);
  checkIndexes(wanted);
  const session = await connect(task.secrets['dsn'] ?? '', task.signal);
  try {
    const load = await newestLoad(session, wanted);
    const settled = await settledBy(task, wanted, load);
    if (settled) return settled;
    await makeLoads(session, wanted);
    return await session.transaction(wanted.place, () => publishIn(session, task, wanted, startedAt));
  } catch (error) {
    task.signal.throwIfAborted();
    throw refusal(error, wanted);
  } finally {
    await session.close();
  }
};

async function publishIn(
  session: Session,
  task: PostgresTask,
  asked: Wanted,
  startedAt: Date,
): Promise<Published> {
  // Another publisher may have been first.
  const load = await newestLoad(session, asked);
  const settled = await settledBy(task, asked, load);
  if (settled) return settled;
  await session.run(
    `select set_config('search_path', quote_ident($1) || ', ' || current_setting('search_path'), true)`,
    [asked.schema],
  );
  const { wanted, notes } = await possibleGeometries(session, asked);
  await checkRefresh(session, wanted);
  const there = await lookThere(session, wanted);
  const way = await wayOf(session, task, wanted, there, load);
  const fit = fitFor(way, wanted, there, load);
  const views = await planViews(session, wanted, {
    made: load?.made.views ?? [],
    renamed: await viewsOfOthers(session, wanted, task.table.table),
    anew: way === 'swap' || fit.changesTypes,
    takesOver: task.fullRefresh,
  });
  const base = way === 'merge' ? await baseOf(task, wanted, load) : undefined;
  // Somebody may have renamed or dropped a column since.
  const sent = (load?.made.columns ?? []).filter((name) => there?.columns.some((one) => one.name === name));
  const changes = base ? await changedRows(task, wanted, base, sent) : await allRows(task, wanted);
  await task.hold();
  task.signal.throwIfAborted();
  if (there && way !== 'swap') await lockTable(session, wanted);
  const grants = await dropViews(session, wanted, views);
  const written = await write(session, way, { wanted, there, fit, changes, load });
  if (there && way !== 'swap') {
    const had = there.indexes.map(({ name }) => name);
    await keepIndexes(session, wanted, wanted.indexes, had, load?.made.indexes ?? {});
  }
  await keepComments(session, wanted, way === 'swap' ? undefined : there);
  await makeViews(session, wanted, views, grants);
  if (
    changes.rows > 0 ||
    (written.removed ?? 0) > 0 ||
    way !== 'merge' ||
    fit.alterations.length > 0 ||
    fit.key !== undefined
  )
    await refreshViews(session, wanted, views);
  const made = {
    rowsDefinition: wanted.rowsDefinition,
    columns: wanted.columns.map(({ name }) => name),
    key: wanted.key,
    views: wanted.views.map(({ name, materialized, hash }) => ({ name, materialized, hash })),
    indexes: indexHashes(wanted.indexes),
    geometry: geometryHashes(wanted),
  };
  await recordLoad(session, task, wanted, made, { ...written, startedAt });
  return {
    status: 'success',
    rows: written.total,
    added: written.added,
    changed: written.changed,
    removed: written.removed,
    bytes: changes.bytes,
    place: wanted.place,
    notes: [...notes, ...changes.notes, ...notesOf({ wanted, there, load, fit, way, changes, written })],
  };
}

const NOTHING: Fit = { alterations: [], changesTypes: false, gone: [], others: [] };

function fitFor(way: Way, wanted: Wanted, there: There | undefined, load: Load | undefined): Fit {
  if (there === undefined || way === 'swap') return NOTHING;
  const fit = fitOf(wanted, there, load);
  const geometry = geometryAlterations(wanted, there, load);
  return {
    ...fit,
    alterations: [...fit.alterations, ...geometry],
    changesTypes: fit.changesTypes || geometry.some((statement) => statement.includes(' drop column ')),
  };
}

interface Writing {
  readonly wanted: Wanted;
  readonly there: There | undefined;
  readonly fit: Fit;
  readonly changes: Awaited<ReturnType<typeof allRows>>;
  readonly load: Load | undefined;
}

async function write(
  session: Session,
  way: Way,
  { wanted, there, fit, changes, load }: Writing,
): Promise<Written> {
  switch (way) {
    case 'create':
      return createTable(session, wanted, changes);
    case 'swap':
      return swapTable(session, wanted, there!, changes);
    case 'in place':
      return replaceInPlace(session, wanted, changes, fit);
    case 'merge':
      await alterTable(session, wanted, fit);
      return mergeRows(session, wanted, changes, load, contestedOf(wanted, there!, load));
  }
}
