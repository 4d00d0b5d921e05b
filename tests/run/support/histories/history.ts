/** What may happen at a portal and in a project, day by day: random, and of each kind of dataset what it promises to follow. */
import * as fc from 'fast-check';
import { KINDS, type Kind } from './kinds.js';

/** What happens to a table. `row` picks one of those that are there. */
export type Event =
  /** Its cursor lies `lag` days back; null: it has none. `copies` rows are the same. */
  | {
      readonly is: 'added';
      readonly value: number;
      readonly lag: number | null;
      readonly copies: number;
    }
  | { readonly is: 'changed'; readonly row: number; readonly value: number }
  | { readonly is: 'edited_silently'; readonly row: number; readonly value: number }
  | { readonly is: 'given_another_key'; readonly row: number }
  | { readonly is: 'withdrawn'; readonly row: number }
  /** All rows get ids that were never used, or the ids of their neighbours. */
  | { readonly is: 'numbered_anew'; readonly rotated: boolean }
  /** The sample portal's own days: what it adds, changes and withdraws on them. */
  | { readonly is: 'days_passed'; readonly days: number };

/** What the project does on a day. But for `skipped`, a plain build follows, which has to put everything right. */
export type Run =
  | { readonly how: 'plain' | 'skipped' | 'full_refresh' }
  /** A build under the portal's seeded faults. */
  | { readonly how: 'faults'; readonly faults: string; readonly seed: number }
  /** `lake build` as a process that is killed at its nth change to the disk. */
  | { readonly how: 'killed'; readonly nth: number; readonly when: 'before' | 'torn' | 'after' }
  /** `--since --until --by month`, in days before and after this one. */
  | { readonly how: 'window'; readonly since: number; readonly until: number };

/** All of them, for those who ask whether each was met. */
export const EVENT_NAMES: readonly Event['is'][] = [
  'added',
  'changed',
  'edited_silently',
  'given_another_key',
  'withdrawn',
  'numbered_anew',
  'days_passed',
];
export const RUN_NAMES: readonly Exclude<Run['how'], 'skipped'>[] = [
  'plain',
  'full_refresh',
  'faults',
  'killed',
  'window',
];

export interface Day {
  readonly events: readonly Event[];
  readonly run: Run;
}

export interface History {
  readonly kind: Kind;
  /** `keep_loads`. */
  readonly keepLoads: number | null;
  /** Most rows of one answer of the portal. */
  readonly cap: number | null;
  /** What the sample is made from. */
  readonly seed: number;
  readonly days: readonly Day[];
}

const value = fc.nat(4);
const row = fc.nat(20);

/** Events by name, for the kinds to choose from. */
export const EVENTS = {
  /** At the last cursor, or behind it. */
  added_in_time: fc.record({
    is: fc.constant('added' as const),
    value,
    lag: fc.constantFrom<number | null>(0, 0, 1),
    copies: fc.constantFrom(1, 1, 2),
  }),
  /** Within the lookback. */
  added: fc.record({
    is: fc.constant('added' as const),
    value,
    lag: fc.constantFrom(0, 0, 0, 1, 2, null),
    copies: fc.constantFrom(1, 1, 2),
  }),
  added_late: fc.record({
    is: fc.constant('added' as const),
    value,
    lag: fc.constantFrom(0, 0, 0, 1, 2, null, 20),
    copies: fc.constantFrom(1, 1, 2),
  }),
  changed: fc.record({ is: fc.constant('changed' as const), row, value }),
  edited: fc.record({ is: fc.constant('edited_silently' as const), row, value }),
  rekeyed: fc.record({ is: fc.constant('given_another_key' as const), row }),
  withdrawn: fc.record({ is: fc.constant('withdrawn' as const), row }),
  renumbered: fc.record({ is: fc.constant('numbered_anew' as const), rotated: fc.boolean() }),
  renumbered_freshly: fc.constant({ is: 'numbered_anew' as const, rotated: false }),
  passed: fc.record({ is: fc.constant('days_passed' as const), days: fc.integer({ min: 1, max: 3 }) }),
} as const satisfies Record<string, fc.Arbitrary<Event>>;

/** One fault of the catalogue at a time: two that make up for each other would be no portal’s. */
const faults = fc.constantFrom(
  'status403=0.2,html=0.1',
  'cut=0.2,length=0.1',
  'reset=0.2',
  'short=0.3',
  'shift=0.4',
  'total=0.4',
  'cap=0.6:2,etag=0.5',
);

/** `windowed`: of datasets that can be asked for a time alone. */
const run = (windowed: boolean): fc.Arbitrary<Run> =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constant({ how: 'plain' as const }) },
    { weight: 4, arbitrary: fc.constant({ how: 'skipped' as const }) },
    { weight: 1, arbitrary: fc.constant({ how: 'full_refresh' as const }) },
    {
      weight: 2,
      arbitrary: fc.record({
        how: fc.constant('faults' as const),
        faults,
        seed: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        how: fc.constant('killed' as const),
        nth: fc.integer({ min: 1, max: 70 }),
        when: fc.constantFrom('before' as const, 'torn' as const, 'after' as const),
      }),
    },
    {
      weight: windowed ? 1 : 0,
      arbitrary: fc.record({
        how: fc.constant('window' as const),
        since: fc.constantFrom(25, 4, 1),
        until: fc.constantFrom(0, 1, 3),
      }),
    },
  );

/** Histories of one kind, of so many days at most. */
export function history(kind: Kind, most: number): fc.Arbitrary<History> {
  const { events, cursor, sample } = { cursor: undefined, sample: undefined, ...KINDS[kind] };
  const runs = run(cursor !== undefined);
  const first = fc.record({
    events: fc.array(EVENTS.added, { minLength: sample ? 0 : 4, maxLength: sample ? 0 : 9 }),
    run: runs,
  });
  const day = fc.record({
    events: fc.array(fc.oneof(...events.map((name): fc.Arbitrary<Event> => EVENTS[name])), { maxLength: 5 }),
    run: runs,
  });
  return fc
    .tuple(
      fc.record({
        keepLoads: fc.constantFrom(null, null, 1, 2),
        cap: fc.constantFrom(null, null, 2, 3),
        seed: fc.integer({ min: 1, max: 4 }),
      }),
      first,
      fc.array(day, { minLength: 1, maxLength: most - 1, size: 'max' }),
    )
    .map(([settings, one, rest]) => ({ kind, ...settings, days: [one, ...rest.map(possible)] }));
}

/**
 * Ids that go to other rows are seen by the rows that are asked for again; where those themselves changed or went on
 * the same day nothing tells the two apart.
 */
function possible(day: Day): Day {
  const rotates = day.events.some((event) => event.is === 'numbered_anew' && event.rotated);
  if (!rotates) return day;
  return { ...day, events: day.events.filter(({ is }) => is === 'added' || is === 'numbered_anew') };
}
