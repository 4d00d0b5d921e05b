/** Random histories of portal tables, day by day, of each load mode's own kind: what it says that it sees. */
import * as fc from 'fast-check';
import type { Files } from '../../support/small-city.js';
import type { Fault, PortalContent, Row, ServedTable } from './portal.js';
import { fourByFour } from './scenarios.js';

/** What happens to a table. `row` picks one of those that are there. */
export type Event =
  /** Its cursor lies `lag` days back; null: it has none. `copies` rows are the same. */
  | { readonly is: 'added'; readonly value: string; readonly lag: number | null; readonly copies: number }
  | { readonly is: 'changed'; readonly row: number; readonly value: string }
  | { readonly is: 'edited_silently'; readonly row: number; readonly value: string }
  | { readonly is: 'given_another_key'; readonly row: number }
  | { readonly is: 'withdrawn'; readonly row: number }
  /** All rows get ids that were never used, or the ids of their neighbours. */
  | { readonly is: 'numbered_anew'; readonly rotated: boolean };

export interface Day {
  readonly events: readonly Event[];
  /** What the project does on this day. */
  readonly run: 'succeeds' | 'is skipped' | 'fails';
}

export interface History {
  readonly kind: Kind;
  readonly days: readonly Day[];
}

const value = fc.constantFrom('1', '1', '2', '3', 'not a number');
const row = fc.nat(20);
const added = (lags: readonly (number | null)[]) =>
  fc.record({
    is: fc.constant('added' as const),
    value,
    lag: fc.constantFrom(...lags),
    copies: fc.constantFrom(1, 1, 2),
  });
const changed = fc.record({ is: fc.constant('changed' as const), row, value });
const edited = fc.record({ is: fc.constant('edited_silently' as const), row, value });
const rekeyed = fc.record({ is: fc.constant('given_another_key' as const), row });
const withdrawn = fc.record({ is: fc.constant('withdrawn' as const), row });
const numbered = fc.record({ is: fc.constant('numbered_anew' as const), rotated: fc.boolean() });
const freshly = fc.constant({ is: 'numbered_anew' as const, rotated: false });

const SOON = [0, 0, 0, 1, 2, null] as const;
const LATE = [...SOON, 20] as const;

/** Each kind: its portal, its manifest, and the events that its mode promises to follow. */
export const KINDS = {
  replace_key: {
    portal: 'soda',
    load: '{mode: replace}',
    key: true,
    events: [added(LATE), changed, edited, rekeyed, withdrawn, numbered],
  },
  replace_bag: { portal: 'ckan', load: '{mode: replace}', events: [added(LATE), edited, withdrawn] },
  append_key: {
    portal: 'soda',
    load: '{mode: append, cursor: changed_at, lookback: 2 days}',
    key: true,
    events: [added(LATE), changed],
  },
  append_key_renumbered: {
    portal: 'soda',
    load: '{mode: append, cursor: changed_at, lookback: 2 days}',
    key: true,
    events: [added(LATE), numbered],
  },
  append_bag: {
    portal: 'soda',
    load: '{mode: append, cursor: changed_at, lookback: 2 days}',
    events: [added(LATE), changed],
  },
  append_bag_renumbered: {
    portal: 'soda',
    load: '{mode: append, cursor: changed_at}',
    events: [added([0, 0, null, 20]), freshly],
  },
  append_key_whole: { portal: 'ckan', load: '{mode: append}', key: true, events: [added(LATE), edited] },
  append_bag_whole: { portal: 'ckan', load: '{mode: append}', events: [added(LATE)] },
  upsert: {
    portal: 'soda',
    load: '{mode: upsert, cursor: changed_at, lookback: 2 days}',
    key: true,
    events: [added(SOON), changed, rekeyed, withdrawn, numbered],
  },
  upsert_late: {
    portal: 'soda',
    load: '{mode: upsert, cursor: changed_at, lookback: 2 days}',
    key: true,
    events: [added(LATE), changed],
  },
  // Every load: what hides behind an equal count is found as well.
  upsert_swept: {
    portal: 'soda',
    load: '{mode: upsert, cursor: changed_at, lookback: 2 days, sweep: 0 days}',
    key: true,
    events: [added(LATE), changed, rekeyed, withdrawn, withdrawn, freshly],
  },
} as const satisfies Record<
  string,
  {
    readonly portal: 'soda' | 'ckan';
    readonly load: string;
    readonly key?: boolean;
    readonly events: readonly fc.Arbitrary<Event>[];
  }
>;
export type Kind = keyof typeof KINDS;

/** Histories of one kind, of a first load and so many days after it. */
export function history(kind: Kind, days: number): fc.Arbitrary<History> {
  const { events } = KINDS[kind];
  const first = fc.array(added([0, 1, 2, 5, null]), { minLength: 4, maxLength: 9 });
  const day = fc.record({
    events: fc.array(fc.oneof(...events), { maxLength: 5 }),
    run: fc.constantFrom('succeeds', 'succeeds', 'succeeds', 'is skipped', 'fails'),
  });
  return fc
    .tuple(first, fc.array(day as fc.Arbitrary<Day>, { minLength: days, maxLength: days }))
    .map(([rows, rest]) => ({ kind, days: [{ events: rows, run: 'succeeds' }, ...rest.map(possible)] }));
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

/** The manifest of a history's dataset. */
export function manifestOf(name: string, kind: Kind): Files {
  const { portal, load, key } = { key: false, ...KINDS[kind] };
  const source = portal === 'soda' ? `{id: ${fourByFour(name)}}` : `{package: ${name}}`;
  return {
    [`datasets/${name}.yml`]: `dataset: ${name}
portal: ${portal}
source: ${source}
load: ${load}
key: ${key ? '[tree_id]' : 'none'}
guards: {max_row_drop: 100%, allow_empty: true}
fields:
${key ? '  tree_id: integer\n' : ''}  height: double
  changed_at: timestamp
`,
  };
}

interface Tree {
  readonly key: number;
  readonly id: number;
  readonly value: string;
  /** Day on which it was last changed. */
  readonly cursor: number | null;
}

/** What the portal has on each day of a history. */
export function contentOf(name: string, { kind, days }: History): readonly PortalContent[] {
  const { portal } = KINDS[kind];
  let trees: readonly Tree[] = [];
  let next = 1;
  let moved = 0;
  return days.map(({ events, run }, day) => {
    for (const event of events) {
      if (event.is === 'added') {
        const cursor = event.lag === null ? null : day - event.lag;
        for (let copy = 0; copy < event.copies; copy += 1, next += 1)
          trees = [...trees, { key: next, id: next, value: event.value, cursor }];
      } else if (event.is === 'numbered_anew') {
        trees = event.rotated
          ? trees.map((tree, i) => ({ ...tree, id: trees[(i + 1) % trees.length]!.id }))
          : trees.map((tree, i) => ({ ...tree, id: next + i }));
        next += trees.length;
      } else if (trees.length > 0) {
        const chosen = trees[event.row % trees.length]!;
        const becomes = changedTree(chosen, event, day, next);
        next += 1;
        trees = trees.flatMap((tree) => (tree !== chosen ? [tree] : becomes ? [becomes] : []));
      }
      moved = day;
    }
    const table: ServedTable = {
      columns: {
        tree_id: portal === 'soda' ? 'number' : 'int4',
        height: 'text',
        changed_at: portal === 'soda' ? 'floating_timestamp' : 'text',
      },
      rows: trees.map((tree) => rowOf(tree, portal)),
      at: instant(moved),
    };
    const id = fourByFour(name);
    const broken: Fault = {
      at: portal === 'soda' ? `/resource/${id}.csv*` : `/datastore/dump/res-${name}?*`,
      kind: 'status',
      status: 403,
    };
    return {
      ...(portal === 'soda' ? { socrata: { [id]: table } } : { ckan: { [name]: table } }),
      faults: run === 'fails' ? [broken] : [],
    };
  });
}

function changedTree(
  tree: Tree,
  event: Exclude<Event, { readonly is: 'added' | 'numbered_anew' }>,
  day: number,
  next: number,
): Tree | undefined {
  switch (event.is) {
    case 'withdrawn':
      return undefined;
    case 'changed':
      return { ...tree, value: event.value, cursor: day };
    case 'edited_silently':
      return { ...tree, value: event.value };
    case 'given_another_key':
      return { ...tree, key: next, cursor: day };
  }
}

function rowOf({ key, id, value: height, cursor }: Tree, portal: 'soda' | 'ckan'): Row {
  return {
    tree_id: key,
    height,
    changed_at: cursor === null ? null : instant(cursor).replace('Z', '.000'),
    ...(portal === 'soda' ? { ':id': `row-${String(id).padStart(4, '0')}` } : {}),
  };
}

function instant(day: number): string {
  return new Date(Date.UTC(2026, 9, 1 + day, 10)).toISOString().replace('.000Z', 'Z');
}
