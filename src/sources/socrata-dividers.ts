/** Finds keys that cut a large Socrata table into ranges of about the same size. */
import type { Divider, Part, PortalClient, Probe, SourceContext } from './types.js';

/** Ranges are read at once: more of them than this are more than any portal lets one client ask for. */
const mostRanges = 16;

/**
 * One `:id` for each cut, by its place in the order of `:id`: an answer of one row. There are as many ranges as the portal
 * may be asked at a time, each of a page at least; a table of less than two pages is not cut. A cut that the portal does not
 * tell is left out, for it saves time and nothing else: wherever the cuts lie, the ranges between them hold every key once.
 */
export async function dividers(
  part: Part,
  probe: Probe,
  { portal }: SourceContext,
  client: PortalClient,
  pageRows: number,
): Promise<readonly Divider[]> {
  const count = probe.count ?? 0;
  const ranges = Math.min(portal.concurrency, mostRanges, Math.floor(count / pageRows));
  if (ranges < 2) return [];
  const cuts = Array.from({ length: ranges - 1 }, (_, i) => Math.floor((count * (i + 1)) / ranges));
  const found = await Promise.all(
    cuts.map(async (rows): Promise<readonly Divider[]> => {
      const url = `${portal.url}/resource/${part.id}.json?$select=:id&$order=:id&$limit=1&$offset=${rows - 1}`;
      const answer = await client.getJson(url).catch(() => undefined);
      const row: unknown = Array.isArray(answer?.body) ? answer.body[0] : undefined;
      const key = typeof row === 'object' && row !== null ? (row as { ':id'?: unknown })[':id'] : undefined;
      return typeof key === 'string' && key !== '' ? [{ key, rows }] : [];
    }),
  );
  // A table that shrinks while it is asked may tell one key for two places.
  return found.flat().filter(({ key }, i, all) => all.findIndex((one) => one.key === key) === i);
}
