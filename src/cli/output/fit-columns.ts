/**
 * Makes a table fit a terminal: sentences are wrapped, other long texts are cut, then columns at the right are left out, and
 * that is said.
 */

const GAP = 2;
/** Texts are not cut below this; numbers never. */
const SHORTEST = 14;
/** Sentences are not wrapped into less: columns beside them go first. */
const NARROWEST = 28;

export interface FittedTable {
  readonly head: readonly string[];
  /** Cells; a wrapped one has several lines. */
  readonly rows: readonly (readonly string[])[];
  /** Indexes of the columns that had room. */
  readonly shown: readonly number[];
}

/**
 * @param whole By column: what is shown whole or not at all, such as numbers.
 * @param width Characters of a line; undefined where nobody looks at a terminal.
 * @param sentences Index of the column that is wrapped and never left out, if there is one.
 */
export function fitColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  whole: readonly boolean[],
  width: number | undefined,
  sentences = -1,
): FittedTable {
  if (width === undefined) return { head, rows, shown: head.map((_, i) => i) };
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  let shown = head.map((_, i) => i);
  const over = () => shown.reduce((sum, i) => sum + widths[i]! + GAP, 0) - width;
  const shrink = (i: number, least: number) => {
    widths[i] = Math.max(Math.min(least, widths[i]!), widths[i]! - Math.max(0, over()));
  };
  if (sentences >= 0) shrink(sentences, NARROWEST);
  while (over() > 0) {
    const [longest] = shown
      // Beside sentences the first column is a name that is typed elsewhere: it goes last.
      .filter((i) => !whole[i] && i !== sentences && (sentences < 0 || i > 0) && widths[i]! > SHORTEST)
      .sort((a, b) => widths[b]! - widths[a]!);
    if (longest === undefined) break;
    shrink(longest, SHORTEST);
  }
  while (shown.length > (sentences < 0 ? 1 : 2) && over() > 0) {
    const last = shown.findLast((i) => i !== sentences)!;
    shown = shown.filter((i) => i !== last);
    // What the sentences gave away they get back.
    if (sentences >= 0 && over() < 0) {
      const longest = Math.max(...rows.map((row) => row[sentences]!.length), head[sentences]!.length);
      widths[sentences] = Math.min(longest, widths[sentences]! - over());
    }
  }
  if (sentences >= 0) shrink(0, SHORTEST);
  const cell = (text: string, i: number) =>
    text.length <= widths[i]!
      ? text
      : i === sentences
        ? wrapped(text, widths[i]!)
        : `${text.slice(0, widths[i]! - 1)}…`;
  return {
    head: shown.map((i) => cell(head[i]!, i)),
    rows: rows.map((row) => shown.map((i) => cell(row[i]!, i))),
    shown,
  };
}

/** Lines of at most so many characters, broken at blanks; a word that is longer than a line is broken where the line ends. */
function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line].join('\n');
}
