/** Remembers every body that a run fetched, so that `meta.pages` can tell of it, whatever became of the load. */
import type { Fetcher } from '../../fetch/fetcher.js';
import type { FetchedPart, PartFetch } from '../../fetch/types.js';
import type { PageRecord } from '../../lakehouse/types.js';

export interface PageLog {
  readonly fetchPart: Fetcher['fetchPart'];
  /** The pages of a dataset so far; they are forgotten here. */
  take(dataset: string): readonly PageRecord[];
}

/** The fetcher's `fetchPart`, with a memory. */
export function pageLog(fetcher: Pick<Fetcher, 'fetchPart'>): PageLog {
  const pages = new Map<string, PageRecord[]>();
  return {
    async fetchPart(scope, part) {
      const fetched = await fetcher.fetchPart(scope, part);
      const known = pages.get(scope.dataset) ?? [];
      pages.set(scope.dataset, known);
      known.push(...recordsOf(part, fetched));
      return fetched;
    },
    take(dataset) {
      const taken = pages.get(dataset) ?? [];
      pages.delete(dataset);
      return taken;
    },
  };
}

function recordsOf(part: PartFetch, fetched: FetchedPart): readonly PageRecord[] {
  const at = new Date().toISOString();
  const base = { part: part.label, at };
  return fetched.files.map(({ requestId, url, status, bytes, wireBytes, sha256, tries }) => ({
    ...base,
    request: requestId,
    url,
    status,
    bytes,
    wireBytes,
    sha256,
    tries: tries ?? 0,
  }));
}
