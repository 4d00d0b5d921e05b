/** Makes a table fit a terminal: long texts are cut first, then columns at the right are left out, and that is said. */

const GAP = 2;
/** Texts are not cut below this; numbers never. */
const SHORTEST = 14;

export interface FittedTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that had no room. */
  readonly left: number;
}

/**
 * @param numeric By column: numbers are shown whole or not at all.
 * @param width Characters of a line; undefined where nobody looks at a terminal.
 */
export function fitColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly boolean[],
  width: number | undefined,
): FittedTable {
  if (width === undefined) return { head, rows, left: 0 };
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  const total = (count: number) => widths.slice(0, count).reduce((sum, w) => sum + w + GAP, 0);
  for (let over = total(head.length) - width; over > 0; over = total(head.length) - width) {
    const longest = widths.reduce((best, w, i) => (!numeric[i] && w > (widths[best] ?? 0) ? i : best), -1);
    if (longest < 0 || widths[longest]! <= SHORTEST) break;
    widths[longest] = Math.max(SHORTEST, widths[longest]! - over);
  }
  let shown = head.length;
  while (shown > 1 && total(shown) > width) shown -= 1;
  const cut = (text: string, i: number) =>
    text.length > widths[i]! ? `${text.slice(0, widths[i]! - 1)}…` : text;
  return {
    head: head.slice(0, shown).map(cut),
    rows: rows.map((row) => row.slice(0, shown).map(cut)),
    left: head.length - shown,
  };
}
