import type { PartFetch } from '../fetch/types.js';

/** What a fetch costs in requests: those that are known, and whether more follow that only an answer can name. */
export interface ExpectedRequests {
  readonly requests: number;
  readonly open: boolean;
}

/**
 * Pages that follow each other are counted by the rows that are expected: as the portal counts them, else as many as the
 * lake holds of the part. A stretch in which the portal counts nothing is not asked for.
 * @param held Rows of the part in the lake; undefined: never loaded.
 */
export function expectedRequests(
  { requests, expander, expectedRows, totalRows, kind }: PartFetch,
  held: number | undefined,
): ExpectedRequests {
  const known = requests.length;
  if (expander === undefined || known === 0) return { requests: known, open: false };
  const size = requests[0]!.limit;
  const rows = expectedRows ?? (kind === 'full' ? (totalRows ?? held) : undefined);
  if (size === undefined || rows === undefined) return { requests: known, open: true };
  return { requests: Math.max(known, Math.ceil(rows / size)), open: false };
}
