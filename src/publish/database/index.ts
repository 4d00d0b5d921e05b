/**
 * Publishing into one database file: a copy of it gets the tables that are due, and takes its place as a whole. What else is in the
 * file stays, and what it has of lake it says itself, in `lake_loads`.
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import type { StoredHead } from '../../lakehouse/head.js';
import { shownPath } from '../shown-path.js';
import { atTarget, targetError } from '../target-error.js';
import type { Published } from '../types.js';
import { type DatabaseFile, type DatabaseTask, type Inside, LOADS, type LoadRow } from './database-file.js';
import { copyOf, look, refuseLogs, refuseWriter, type Seen, swapIn } from './swap.js';

const TRIES = 3;

/**
 * @returns For each task what is there now, or why it is not: a table that fails keeps no other one out.
 * @throws LakeError LK8030, LK8031 where the disk refuses; LK8034, LK8035 where the file cannot be replaced.
 */
export async function publishDatabase(
  tasks: readonly DatabaseTask[],
): Promise<readonly (Published | LakeError)[]> {
  for (let tries = 1; ; tries++) {
    const outcomes = await published(tasks, tries);
    if (outcomes !== undefined) return outcomes;
    if (tries < TRIES) continue;
    throw new LakeError('LK8031', `${pathOf(tasks[0]!)} is written by somebody else each time`, {
      transient: true,
      hint: 'Run `lake publish` when nobody else writes to the file.',
    });
  }
}

/** Undefined where the file was replaced by somebody else meanwhile. */
async function published(
  tasks: readonly DatabaseTask[],
  tries: number,
): Promise<readonly (Published | LakeError)[] | undefined> {
  const [first] = tasks as [DatabaseTask];
  const path = pathOf(first);
  const copy = join(first.scratch, `${tries}.${first.target.type}`);
  const whole = shown(first);
  const refuseUse = async () => {
    refuseLogs(path, whole);
    if (first.target.type !== 'duckdb') return;
    const { lockedBy } = await import('./duckdb-file.js');
    await refuseWriter(path, whole, (file) => lockedBy(file, first));
  };
  const before = await atTarget(whole, async () => {
    await refuseUse();
    const seen = look(path);
    if (seen) await copyOf(path, copy);
    return seen;
  });
  const { outcomes, put } = await fill(tasks, copy, before);
  if (put.length > 0) {
    first.signal.throwIfAborted();
    for (const task of put) await task.hold();
    const isSwapped = await atTarget(whole, async () => {
      await refuseUse();
      if (!isSame(look(path), before)) return false;
      await swapIn(copy, path, before);
      return true;
    });
    if (!isSwapped) return undefined;
  }
  rmSync(copy, { force: true });
  const bytes = look(path)?.bytes;
  return outcomes.map((one) =>
    one instanceof LakeError || one.status === 'unchanged'
      ? one
      : { ...one, ...(bytes !== undefined && { bytes }) },
  );
}

interface Filled {
  readonly outcomes: readonly (Published | LakeError)[];
  /** Tasks whose rows are in the copy now. */
  readonly put: readonly DatabaseTask[];
}

async function fill(tasks: readonly DatabaseTask[], copy: string, before: Seen | undefined): Promise<Filled> {
  const outcomes: (Published | LakeError)[] = [];
  const put: DatabaseTask[] = [];
  const [first] = tasks as [DatabaseTask];
  const file = await using(first, () => open(first, copy, before === undefined));
  try {
    const inside = await using(first, () => file.inside());
    const taken = new Set<string>();
    for (const task of tasks) {
      try {
        const outcome = await one(task, file, inside, taken);
        outcomes.push(outcome);
        if (outcome.status === 'success') put.push(task);
      } catch (error) {
        const told = targetError(error, task.publication.id);
        if (!(told instanceof LakeError)) throw unusable(task, error);
        outcomes.push(told);
      }
    }
    return { outcomes, put };
  } finally {
    await file.close();
  }
}

async function open(task: DatabaseTask, copy: string, isNew: boolean): Promise<DatabaseFile> {
  if (task.target.type === 'duckdb') {
    const { openDuckDb } = await import('./duckdb-file.js');
    return openDuckDb(copy, task, isNew);
  }
  const { openSqlite } = await import('./sqlite-file.js');
  return openSqlite(copy);
}

async function one(
  task: DatabaseTask,
  file: DatabaseFile,
  { tables, loads }: Inside,
  taken: Set<string>,
): Promise<Published> {
  task.signal.throwIfAborted();
  const table = tableOf(task);
  const is = (name: string | number) => String(name).toLowerCase() === table.toLowerCase();
  const isThere = tables.some(is);
  const load = isThere ? loads.find(({ table_name }) => is(table_name)) : undefined;
  const place = `${shown(task)}: ${table}`;
  if (taken.has(table.toLowerCase())) throw nameTaken(task, `another publication has the table ${table}`);
  taken.add(table.toLowerCase());
  if (table.toLowerCase() === LOADS) throw nameTaken(task, `${LOADS} is lake's own table`);
  if (isThere && load === undefined)
    throw nameTaken(task, `${shown(task)} has a table ${table} that lake did not make`);
  const wanted = loadOf(task, table);
  if (load && !task.fullRefresh && SAME.every((name) => load[name] === wanted[name]))
    return { status: 'unchanged', rows: Number(load.rows), place, notes: [] };
  const { rows, notes } = await file.put(task, table, (count) => ({ ...wanted, rows: count }));
  return { status: 'success', rows, place, notes };
}

/** Equal in these, equal in rows. */
const SAME = ['table_id', 'data_version', 'definition'] as const;

function loadOf({ publication, table, run }: DatabaseTask, name: string): LoadRow {
  return {
    table_name: name,
    publication: publication.id,
    lake_table: table.table,
    version: table.version,
    data_version: table.state.dataVersion,
    run,
    published_at: new Date().toISOString(),
    rows: 0,
    table_id: (table as StoredHead).state.delta.id,
    definition: publication.definitionHash,
  };
}

const tableOf = ({ publication, table }: DatabaseTask): string =>
  publication.spec.table ?? table.table.slice(table.table.indexOf('.') + 1);

const pathOf = ({ target, root }: DatabaseTask): string => resolve(root, target.path);

const shown = (task: DatabaseTask): string => shownPath(task.root, pathOf(task));

function isSame(a: Seen | undefined, b: Seen | undefined): boolean {
  return a?.ino === b?.ino && a?.bytes === b?.bytes && a?.changed === b?.changed;
}

function nameTaken({ publication }: DatabaseTask, what: string): LakeError {
  return new LakeError('LK8033', `${publication.id} was not published: ${what}`, {
    hint: 'Give the publication another name there with `table:`.',
  });
}

/** The engine itself had to give up: nothing is wrong with the file. */
const ENGINE = ['LK5001', 'LK5002', 'LK5003', 'LK5006'];

/** What the file itself refuses, in the words of its library. */
async function using<Result>(task: DatabaseTask, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw unusable(task, error);
  }
}

function unusable(task: DatabaseTask, error: unknown): unknown {
  if (task.signal.aborted || (error instanceof LakeError && ENGINE.includes(error.code))) return error;
  const said = String(error instanceof Error ? error.message : error)
    .split('\n')[0]!
    .replace(/^database file: /, '')
    .replaceAll(/"[^"]*\/target\/publish\/[^"]*"/g, shown(task));
  const isFull = /disk is full|No space left/.test(said);
  return new LakeError(
    isFull ? 'LK8030' : 'LK8035',
    `${shown(task)} cannot be ${isFull ? 'written' : 'used'}: ${said}`,
    {
      hint: isFull
        ? 'Free some space, then run `lake publish`; the file is as it was.'
        : 'Move the file away, then run `lake publish`: it is made anew.',
      cause: error,
    },
  );
}
