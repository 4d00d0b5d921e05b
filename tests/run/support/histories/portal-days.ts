/** The portal that a history makes of the sample: each day a state of its table, served as `days:` of a portal.yml. */

import { parseCsv } from '../../../../src/portal/rows/parse-csv.js';
import { crashes } from '../../../../src/portal/sample/nyc-crashes.js';
import { type Cell, type SampleTable, sampleTable } from '../../../../src/portal/sample/sample-table.js';
import { shootings } from '../../../../src/portal/sample/toronto-shootings.js';
import type { Files } from '../../../support/small-city.js';
import type { Event, History } from './history.js';
import { addressOf, type Kind, specOf } from './kinds.js';

/** A table on one day. */
export interface PortalDay {
  readonly table: SampleTable;
  readonly rows: number;
  /** Keys of the rows that are there; of the tables that move by themselves they are not known. */
  readonly keys?: ReadonlySet<string>;
}

/** What the portal has on each day of a history. */
export function portalDays(history: History): readonly PortalDay[] {
  const { sample, portal } = specOf(history.kind);
  if (sample === undefined) return movedRows(history);
  const make = portal === 'nyc' ? crashes : shootings;
  let day = 1;
  return history.days.map(({ events }) => {
    for (const event of events) if (event.is === 'days_passed') day += event.days;
    const table = make({ day, seed: history.seed });
    return { table, rows: table.rows };
  });
}

/** The first instant of a history's day, ISO 8601 UTC: the last days of October, so that months end within histories. */
export function instantOf(day: number): string {
  return new Date(Date.UTC(2026, 9, 30 + day, 10)).toISOString();
}

/** A portal folder that serves every history's table, by day. */
export function portalFolder(
  served: ReadonlyMap<Kind, { history: History; days: readonly PortalDay[] }>,
): Files {
  const files: Record<string, string> = {};
  const datasets: Record<string, object> = {};
  const packages: Record<string, object> = {};
  for (const [kind, { history, days }] of served) {
    const byDay = days.map(({ table }, day) => {
      const file = `${kind}/${day + 1}.csv`;
      files[`portal/${file}`] = table.bytes.toString();
      return [day + 1, { files: [file], updated_at: table.updatedAt }] as const;
    });
    const table = { columns: days[0]!.table.columns, days: Object.fromEntries(byDay) };
    const cap = specOf(kind).sample === undefined ? { cap: history.cap ?? undefined } : {};
    if (specOf(kind).portal === 'nyc') datasets[addressOf(kind)] = { ...cap, table };
    else packages[kind] = { resources: [{ name: kind, format: 'CSV', ...cap, table }] };
  }
  const origins = {
    'https://data.cityofnewyork.us': { type: 'socrata', datasets },
    'https://ckan0.cf.opendata.inter.prod-toronto.ca': { type: 'ckan', packages },
  };
  return { ...files, 'portal/portal.yml': JSON.stringify({ origins }) };
}

interface Item {
  readonly key: number;
  readonly id: number;
  /** Row of the sample that it looks like. */
  readonly like: number;
  readonly value: number;
  /** Day that its cursor says. */
  readonly cursor: number | null;
}

function movedRows({ kind, seed, days }: History): readonly PortalDay[] {
  let items: readonly Item[] = [];
  let next = 1;
  let moved = 0;
  return days.map(({ events }, day) => {
    for (const event of events) {
      [items, next] = happened(items, next, day, event);
      moved = day;
    }
    const spec = specOf(kind);
    const rowsOf = spec.portal === 'nyc' ? crashRows : shootingRows;
    const table = rowsOf(seed, items, moved, spec.cursor);
    return { table, rows: items.length, keys: new Set(items.map(({ key }) => keyOf(kind, key))) };
  });
}

function happened(
  items: readonly Item[],
  next: number,
  day: number,
  event: Event,
): [readonly Item[], number] {
  switch (event.is) {
    case 'added': {
      const { value, lag, copies } = event;
      const cursor = lag === null ? null : day - lag;
      const added = Array.from({ length: copies }, (_, i) => ({
        key: next + i,
        id: next + i,
        like: next,
        value,
        cursor,
      }));
      return [[...items, ...added], next + copies];
    }
    case 'numbered_anew': {
      const renumbered = items.map((item, i) => ({
        ...item,
        id: event.rotated ? items[(i + 1) % items.length]!.id : next + i,
      }));
      return [renumbered, next + items.length];
    }
    case 'days_passed':
      return [items, next];
  }
  const chosen = items[event.row % Math.max(1, items.length)];
  if (chosen === undefined) return [items, next];
  const becomes: Item | undefined =
    event.is === 'withdrawn'
      ? undefined
      : event.is === 'given_another_key'
        ? { ...chosen, key: next, cursor: day }
        : { ...chosen, value: event.value, ...(event.is === 'changed' ? { cursor: day } : {}) };
  return [items.flatMap((item) => (item !== chosen ? [item] : becomes ? [becomes] : [])), next + 1];
}

/** A row's key as silver has it. */
function keyOf(kind: Kind, key: number): string {
  return specOf(kind).portal === 'nyc' ? String(4_000_000 + key) : `GO-${key}`;
}

/** The last of them is quarantined. */
const ZIP_CODES = ['11234', '11203', '10456', '10001', 'not a zip'];
const DIVISIONS = ['D11', 'D22', 'D33', 'D14', 'nowhere'];

function crashRows(
  seed: number,
  items: readonly Item[],
  moved: number,
  cursor: 'crash_date' | ':updated_at' | undefined,
): SampleTable {
  const { table, rows } = sampleRows(crashes, seed);
  const lines = [...items]
    .sort((a, b) => a.id - b.id)
    .map(({ key, id, like, value, cursor: day }): readonly Cell[] => {
      const row: Record<string, Cell> = {
        ...rows[like % rows.length],
        collision_id: 4_000_000 + key,
        zip_code: ZIP_CODES[value]!,
      };
      if (cursor !== ':updated_at')
        row['crash_date'] = day === null ? null : `${instantOf(day).slice(0, 10)}T00:00:00.000`;
      const system = [`row-${String(id).padStart(4, '0')}`, instantOf(day ?? 0)];
      return [...Object.keys(table.columns).map((name) => row[name] ?? null), ...system];
    });
  return sampleTable('nyc/crashes.csv', table.columns, lines, instantOf(moved), [':id', ':updated_at']);
}

function shootingRows(seed: number, items: readonly Item[], moved: number): SampleTable {
  const { table, rows } = sampleRows(shootings, seed);
  const lines = items.map(({ key, like, value }): readonly Cell[] => {
    const row: Record<string, Cell> = {
      ...rows[like % rows.length],
      EVENT_UNIQUE_ID: `GO-${key}`,
      DIVISION: DIVISIONS[value]!,
    };
    return Object.keys(table.columns).map((name) => row[name] ?? null);
  });
  return sampleTable('toronto/shootings.csv', table.columns, lines, instantOf(moved));
}

interface SampleRows {
  readonly table: SampleTable;
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

const made = new Map<string, SampleRows>();

/** The sample's rows of day 1, by column; made once. */
function sampleRows(make: typeof crashes, seed: number): SampleRows {
  const known = made.get(`${make.name} ${seed}`);
  if (known) return known;
  const table = make({ day: 1, seed });
  const rows: Record<string, Cell>[] = [];
  let names: readonly string[] = [];
  parseCsv(table.bytes.toString(), {
    header: (header) => {
      names = header;
    },
    row: (cells) => rows.push(Object.fromEntries(names.map((name, i) => [name, cells[i] ?? null]))),
    fail: (why) => new Error(why),
  });
  const found = { table, rows };
  made.set(`${make.name} ${seed}`, found);
  return found;
}
