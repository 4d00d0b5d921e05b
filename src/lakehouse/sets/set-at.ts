/** A lake as it was: the set of a time or number, or the newest one with a table at another version. */
import { LakeError } from '../../errors/lake-error.js';
import { readVersion } from '../head.js';
import type { Store } from '../stores/store.js';
import type { RunSet } from '../types.js';
import { listSets, readNewestSet, readSet } from './run-set.js';

/**
 * @param at A time (`2026-01-31`, `2026-01-31T12:00:00Z`; without a zone UTC): the set that was the newest then. A number: that
 * set. `silver.trees=7`: the newest set, with that table at its version 7.
 * @throws LakeError LK6027 where there was no such set, LK6024 for a version that is not there.
 */
export async function readSetAt(store: Store, at: string): Promise<RunSet> {
  if (at.includes('=')) return withVersion(store, at);
  if (/^\d+$/.test(at)) return (await readSet(store, Number(at))) ?? noSuch(`set ${at}`);
  const time = timeOf(at);
  const numbers = await listSets(store);
  let [first, behind] = [0, numbers.length];
  let found: RunSet | undefined;
  while (first < behind) {
    const middle = (first + behind) >> 1;
    const set = await readSet(store, numbers[middle]!);
    if (set !== undefined && Date.parse(set.at) <= time) {
      found = set;
      first = middle + 1;
    } else behind = middle;
  }
  return found ?? noSuch(`set that was published by ${at}`);
}

async function withVersion(store: Store, asked: string): Promise<RunSet> {
  const [table, version] = asked.split('=') as [string, string];
  if (!/^\d+$/.test(version)) return notATime(asked);
  const { version: number, state } = await readVersion(store, table, Number(version));
  const set = await readNewestSet(store);
  const views = Object.fromEntries(Object.entries(set?.views ?? {}).filter(([name]) => name !== table));
  const empty = { format: 1 as const, number: 0, run: '', tests: {} };
  const tables = { ...set?.tables, [table]: number };
  // A run that was killed may have published a version behind the newest set.
  const at = set && set.at > state.at ? set.at : state.at;
  return { ...empty, ...set, at, views, tables };
}

/** Milliseconds since 1970. */
function timeOf(at: string): number {
  const hasZone = /(?:z|[+-]\d\d:?\d\d)$/i.test(at);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(at);
  const time = /^\d{4}-\d\d-\d\d/.test(at)
    ? Date.parse(isDay || hasZone ? at : `${at.replace(' ', 'T')}Z`)
    : Number.NaN;
  return Number.isNaN(time) ? notATime(at) : time;
}

function noSuch(what: string): never {
  throw new LakeError('LK6027', `the lake has no ${what}`, {
    hint: 'See when what was published with `lake history` and `lake history --versions`.',
  });
}

function notATime(at: string): never {
  throw new LakeError('LK6027', `"${at}" is no time, no number of a set and no version of a table`, {
    hint: 'Write --at 2026-01-31, --at 2026-01-31T12:00:00Z, --at 12 or --at silver.trees=7.',
  });
}
