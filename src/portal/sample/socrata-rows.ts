/** System fields of Socrata rows: identifiers that stay with a row, and the instants of its last change. */
import { addDays, firstDay } from './calendar.js';
import { Random } from './random.js';
import type { Cell } from './sample-table.js';

/** Stored behind a table's own columns: `$select=*,:id,:updated_at` is the file's own line. */
export const systemColumns = [':id', ':updated_at'] as const;

/** `row-4f2k.9x1c~a7me`: the row's own for ever, in no order that means anything. */
export function rowId(seed: number, table: string, item: number): string {
  const random = Random.of(seed, `${table} row id`, item);
  const group = () =>
    Math.floor(random.next() * 36 ** 4)
      .toString(36)
      .padStart(4, '0');
  return `row-${group()}${random.pick(['-', '.', '_', '~'])}${group()}${random.pick(['-', '.', '_', '~'])}${group()}`;
}

/**
 * When a row was last written. What changes on one sample day changes in a few batches, so that many rows share an
 * instant; what never moved was written in one of the batches of the years before.
 * @param since sample day of the last change; 1 for rows that never moved.
 */
export function updatedAt(random: Random, since: number): string {
  const batch = random.between(0, 3);
  const time =
    since > 1
      ? addDays(firstDay, since - 1) + 10 * 3_600_000 + batch * 95_000
      : addDays(firstDay, -random.between(1, 400)) + 10 * 3_600_000 + batch * 95_000;
  return new Date(time).toISOString();
}

/** Rows in the order of their `:id`, which is how the portal keeps them. */
export function sortById(rows: Cell[][]): Cell[][] {
  return rows.sort((a, b) => (String(a.at(-2)) < String(b.at(-2)) ? -1 : 1));
}
