/** `_sets/<n>.json`: the versions that belong together. The greatest n counts. */
import { encodeJson, readJson } from '../json-file.js';
import { checkRun } from '../names.js';
import { compareText } from '../order.js';
import type { Store } from '../stores/store.js';
import type { RunSet, SetVersions, TableId, TestRecord } from '../types.js';

/** Numbers of all sets, oldest first. */
export async function listSets(store: Store): Promise<readonly number[]> {
  const names = await store.list('_sets');
  const numbers = names
    .map((name) => /^(\d+)\.json$/.exec(name)?.[1])
    .filter((number) => number !== undefined);
  return numbers.map(Number).sort((a, b) => a - b);
}

/** Undefined when there is no such set. @throws LakeError LK6021, LK6022 */
export function readSet(store: Store, number: number): Promise<RunSet | undefined> {
  return readJson<RunSet>(store, setKey(number));
}

/** Undefined when no run has published a set. @throws LakeError LK6021, LK6022 */
export async function readNewestSet(store: Store): Promise<RunSet | undefined> {
  const number = (await listSets(store)).at(-1);
  return number === undefined ? undefined : readSet(store, number);
}

/**
 * Overlays the newest set with what one run brings, and publishes the result under the next number. Who finds the
 * number taken overlays the winner's set instead, so that no run's tables are lost; versions only grow, so that a
 * table which another run published meanwhile stays at the greater one.
 */
export async function publishNextSet(
  store: Store,
  run: string,
  versions: SetVersions,
  tests: Readonly<Record<string, TestRecord>>,
): Promise<RunSet> {
  return publishAfter(store, run, (newest) => ({
    ...overlaid(newest, versions),
    tests: sorted({ ...newest?.tests, ...tests }),
  }));
}

/** Publishes the newest set without some of its tables and views: they are no longer of the lake as readers see it. */
export async function publishSetWithout(
  store: Store,
  run: string,
  names: ReadonlySet<TableId>,
): Promise<RunSet> {
  const gone = Object.fromEntries([...names].map((name) => [name, 0]));
  return publishAfter(store, run, (newest) => {
    const views = without(newest?.views ?? {}, gone);
    return {
      tables: without(newest?.tables ?? {}, gone),
      ...(Object.keys(views).length === 0 ? {} : { views }),
      tests: newest?.tests ?? {},
    };
  });
}

async function publishAfter(
  store: Store,
  run: string,
  next: (newest: RunSet | undefined) => Pick<RunSet, 'tables' | 'views' | 'tests'>,
): Promise<RunSet> {
  checkRun(run);
  for (;;) {
    const newest = await readNewestSet(store);
    const set: RunSet = {
      format: 1,
      number: (newest?.number ?? 0) + 1,
      run,
      at: laterOf(new Date().toISOString(), newest?.at),
      ...next(newest),
    };
    if (await store.putIfAbsent(setKey(set.number), encodeJson(set))) return set;
  }
}

/** Sets are found by their times, which therefore never go back though the clock of a machine does (fault F32). */
function laterOf(now: string, before: string | undefined): string {
  return before !== undefined && before > now ? before : now;
}

/** A name that was a table and is a view now is no table of the set any more, and the other way round. */
function overlaid(newest: RunSet | undefined, { tables, views = {} }: SetVersions): SetVersions {
  const allTables = greaterVersions(without(newest?.tables ?? {}, views), tables);
  const allViews = greaterVersions(without(newest?.views ?? {}, tables), views);
  return {
    tables: sorted(allTables),
    ...(Object.keys(allViews).length === 0 ? {} : { views: sorted(allViews) }),
  };
}

function without(versions: RunSet['tables'], names: RunSet['tables']): RunSet['tables'] {
  return Object.fromEntries(Object.entries(versions).filter(([name]) => !Object.hasOwn(names, name)));
}

const setKey = (number: number): string => `_sets/${number}.json`;

function greaterVersions(a: RunSet['tables'], b: RunSet['tables']): RunSet['tables'] {
  const greater = Object.entries(b).filter(([table, version]) => version >= (a[table] ?? -1));
  return { ...a, ...Object.fromEntries(greater) };
}

function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
}
