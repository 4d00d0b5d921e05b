import { distance } from 'fastest-levenshtein';

/** The candidate that was most likely meant, or undefined when none is near enough to be worth saying. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const d = distance(wanted, candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  const length = Math.max(wanted.length, best?.length ?? 0);
  // Two letters that changed places are two edits: `tabel` is near `table`, but words of four are not that near.
  return bestDistance <= Math.max(length < 5 ? 1 : 2, Math.floor(length / 3)) ? best : undefined;
}

/** `Did you mean "shootings"?`, or undefined. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const found = nearest(name, candidates);
  return found === undefined ? undefined : `Did you mean "${found}"?`;
}
