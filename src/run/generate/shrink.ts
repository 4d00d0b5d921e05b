/**
 * Fewer rows that still show the same: delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
 * Input", 2002) over ranges of row numbers, so that a million rows are no list.
 */

/** First and last row number, both included. */
export type Range = readonly [from: number, to: number];

export function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/**
 * Some of the rows that are accepted, as few as so many trials find; at least one.
 * @param ranges Accepted rows.
 */
export async function shrink(
  ranges: readonly Range[],
  accept: (ranges: readonly Range[]) => Promise<boolean>,
  trials: number,
): Promise<readonly Range[]> {
  let kept = ranges;
  let left = trials;
  const works = async (some: readonly Range[]): Promise<boolean> => {
    left -= 1;
    return accept(some);
  };
  for (let count = 2; sizeOf(kept) > 1 && left > 0; ) {
    const parts = split(kept, count);
    const found = await first(parts, works, () => left > 0);
    if (found !== undefined) {
      kept = parts[found]!;
      count = 2;
      continue;
    }
    const others = parts.map((_, i) => parts.filter((__, j) => j !== i).flat());
    const without = count === 2 ? undefined : await first(others, works, () => left > 0);
    if (without !== undefined) {
      kept = others[without]!;
      count = Math.max(2, count - 1);
    } else if (count >= sizeOf(kept)) break;
    else count = Math.min(sizeOf(kept), count * 2);
  }
  return kept;
}

async function first(
  choices: readonly (readonly Range[])[],
  works: (choice: readonly Range[]) => Promise<boolean>,
  goOn: () => boolean,
): Promise<number | undefined> {
  for (const [i, choice] of choices.entries()) if (goOn() && (await works(choice))) return i;
  return undefined;
}

/** So many parts of about equal size, in order. */
function split(ranges: readonly Range[], count: number): readonly (readonly Range[])[] {
  const size = sizeOf(ranges);
  const ends = Array.from({ length: count }, (_, i) => Math.round(((i + 1) * size) / count));
  return ends
    .map((end, i) => slice(ranges, i === 0 ? 0 : ends[i - 1]!, end))
    .filter((part) => part.length > 0);
}

/** The rows between two positions, counted over all ranges. */
function slice(ranges: readonly Range[], from: number, to: number): readonly Range[] {
  const found: Range[] = [];
  let before = 0;
  for (const [low, high] of ranges) {
    const start = Math.max(low, low + from - before);
    const end = Math.min(high, low + to - before - 1);
    if (start <= end) found.push([start, end]);
    before += high - low + 1;
  }
  return found;
}
