/** Which rows a query yields, in which order, and a page of them. */
import { type RowStore, type Run, visitRows } from './row-store.js';

/** All rows in stored order, or these row numbers in this order. */
export type RowSet = { readonly all: number } | { readonly rows: Uint32Array };

/** A stored value; `null` is NULL. */
export type Value = string | null;
type Reader = (values: readonly Value[], row: number) => Value;

/** One entry of an order. */
export interface SortKey {
  readonly read: Reader;
  /** Makes values comparable: numbers for numeric columns, text as it is. NULL is greater than all, as in PostgreSQL. */
  readonly comparable: (value: string) => string | number;
  readonly descending: boolean;
}

/** Number of rows in a set. */
export function sizeOf(set: RowSet): number {
  return 'all' in set ? set.all : set.rows.length;
}

/** Rows `offset` to `offset + limit` of the set as runs of neighbouring rows. */
export function pageRuns(set: RowSet, offset: number, limit: number): Run[] {
  const from = Math.min(offset, sizeOf(set));
  const to = Math.min(offset + Math.max(0, limit), sizeOf(set));
  if ('all' in set) return from < to ? [{ first: from, last: to }] : [];
  const runs: Run[] = [];
  for (let i = from; i < to; ) {
    const first = set.rows[i]!;
    let last = first + 1;
    for (i++; i < to && set.rows[i] === last; i++) last++;
    runs.push({ first, last });
  }
  return runs;
}

/** The rows that `keep` says true of, in stored order. */
export async function filterRows(
  store: RowStore,
  keep: (values: readonly Value[], row: number) => boolean,
): Promise<RowSet> {
  const rows: number[] = [];
  await visitRows(store, pageRuns({ all: store.count }, 0, store.count), (values, row) => {
    if (keep(values, row)) rows.push(row);
  });
  return { rows: Uint32Array.from(rows) };
}

/** Sorts stably; a set that is in order already stays what it is, so that paging through it needs no memory. */
export async function sortRows(store: RowStore, set: RowSet, keys: readonly SortKey[]): Promise<RowSet> {
  if (keys.length === 0 || (keys.length === 1 && 'all' in set && (await isSorted(store, keys[0]!))))
    return set;
  const columns = keys.map((): (string | number | null)[] => []);
  const runs = pageRuns(set, 0, sizeOf(set));
  await visitRows(store, runs, (values, row) => {
    keys.forEach((key, i) => {
      const value = key.read(values, row);
      columns[i]!.push(value === null ? null : key.comparable(value));
    });
  });
  const order = Uint32Array.from(columns[0]!.keys());
  order.sort((a, b) => {
    for (let i = 0; i < keys.length; i++) {
      const sign = compareValues(columns[i]![a]!, columns[i]![b]!);
      if (sign !== 0) return keys[i]!.descending ? -sign : sign;
    }
    return a - b;
  });
  return { rows: 'all' in set ? order : order.map((position) => set.rows[position]!) };
}

async function isSorted(store: RowStore, key: SortKey): Promise<boolean> {
  let sorted = true;
  let previous: string | number | null | undefined;
  await visitRows(store, [{ first: 0, last: store.count }], (values, row) => {
    if (!sorted) return;
    const value = key.read(values, row);
    const now = value === null ? null : key.comparable(value);
    if (previous !== undefined) {
      const sign = compareValues(previous, now);
      if (key.descending ? sign < 0 : sign > 0) sorted = false;
    }
    previous = now;
  });
  return sorted;
}

function compareValues(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
