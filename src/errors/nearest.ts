import { distance } from 'fastest-levenshtein';

/** The candidate that was most likely meant, or undefined when none is near enough to be worth saying. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const d = edits(wanted, candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  const length = Math.max(wanted.length, best?.length ?? 0);
  return bestDistance <= Math.max(length < 5 ? 1 : 2, Math.floor(length / 3)) ? best : undefined;
}

/** Letters in another order are one slip: `veiw` for `view`. */
function edits(wanted: string, candidate: string): number {
  const d = distance(wanted, candidate);
  const sorted = (text: string) => [...text].sort().join('');
  return d === 2 && wanted.length === candidate.length && sorted(wanted) === sorted(candidate) ? 1 : d;
}

/** `Did you mean "shootings"?`, or undefined. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const found = nearest(name, candidates);
  return found === undefined ? undefined : `Did you mean "${found}"?`;
}
