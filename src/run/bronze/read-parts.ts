/** Fetches the parts of a plan into the spool, and has each counted again once it was read. */
import type { BronzeNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { FetchedPart, PartFetch } from '../../fetch/types.js';
import type { DatasetFacts } from '../../observe/types.js';
import type { BronzePlan } from '../../plan/types.js';
import type { Part, PortalClient, Recount } from '../../sources/types.js';
import type { RunContext } from '../context.js';

/** One part as it was read. */
export interface ReadPart {
  readonly fetch: PartFetch;
  readonly fetched: FetchedPart;
  /** The count after the reading; undefined where the portal does not count or nothing came. */
  readonly after?: Recount;
  /** True: the portal's mark of its data is another after the reading than before. */
  readonly moved: boolean;
  /** True: the count after the reading was asked for twice, and not the same both times. */
  readonly unsure: boolean;
  /** The first of those two counts, where they differ. */
  readonly firstAfter?: number;
  /** True: read in the protocol's safer way. */
  readonly safe: boolean;
}

/** A part whose pages or content cannot be trusted: another way of asking may help. */
export interface Doubtful {
  readonly fetch: PartFetch;
  readonly error: LakeError;
}

export interface Reading {
  readonly read: readonly ReadPart[];
  readonly doubtful: readonly Doubtful[];
  /** Requests for the counts afterwards; those of the parts are theirs. */
  readonly recounts: number;
}

/** An error instead of data, repeated pages, pages without progress, a body that is not whole. */
const DOUBTFUL: ReadonlySet<string> = new Set(['LK3114', 'LK3119', 'LK3131', 'LK3133']);

/**
 * @param safe The second reading: what is doubtful now fails.
 * @throws LakeError LK3xxx when a part cannot be fetched.
 */
export async function readParts(
  context: RunContext,
  node: BronzeNode,
  plan: BronzePlan,
  facts: DatasetFacts,
  safe: boolean,
): Promise<Reading> {
  const target = { dataset: node.name, portal: node.dataset.portal };
  const portal = context.graph.portals[node.dataset.portal]!;
  const source = context.sourceOf(node);
  const known = new Map(facts.status === 'ok' ? facts.parts.map((p) => [p.part.id, p] as const) : []);
  let recounts = 0;
  const asked = context.fetcher.client(target);
  const client: PortalClient = {
    getJson(url, how) {
      recounts += 1;
      return asked.getJson(url, how);
    },
    head(url) {
      recounts += 1;
      return asked.head(url);
    },
  };

  const recount = async (
    part: Part,
    fetch: PartFetch,
    fetched: FetchedPart,
  ): Promise<Recount | undefined> => {
    const counted = fetch.expectedRows !== undefined || fetch.totalRows !== undefined;
    if (!source.recount || !counted || fetched.notModified || fetched.missing || fetch.requests.length === 0)
      return undefined;
    const stretch = fetch.stretchOf === undefined ? undefined : fetch.since;
    return source.recount(part, { dataset: node.dataset, portal }, client, stretch);
  };

  const readOne = async (fetch: PartFetch): Promise<ReadPart | Doubtful> => {
    const facts = known.get(fetch.partId);
    try {
      const fetched = await context.fetcher.fetchPart(target, fetch);
      let after = facts && (await recount(facts.part, fetch, fetched));
      let unsure = false;
      let firstAfter: number | undefined;
      const isStretch = fetch.stretchOf !== undefined;
      const counted = isStretch ? fetch.expectedRows : (fetch.totalRows ?? fetch.expectedRows);
      if (safe && after?.count !== undefined && after.count !== counted) {
        const again = await recount(facts!.part, fetch, fetched);
        unsure = again?.count !== after.count;
        if (unsure) firstAfter = after.count;
        after = again;
      }
      const before = facts?.probe.stamp;
      const moved =
        (before !== undefined && after?.stamp !== undefined && after.stamp !== before) ||
        (isStretch && after?.count !== undefined && after.count !== counted);
      return { fetch, fetched, after: isStretch ? undefined : after, unsure, firstAfter, moved, safe };
    } catch (error) {
      if (!(error instanceof LakeError)) throw error;
      if (safe || !DOUBTFUL.has(error.code))
        throw (facts && source.explain?.(facts.part, { dataset: node.dataset, portal }, error)) ?? error;
      return { fetch, error };
    }
  };
  const parts = plan.fetch?.parts ?? [];
  // Ids first: what is written at the portal after they were listed comes with the rows, and nothing seems to be gone.
  const results = [
    ...(await Promise.all(parts.filter(({ sweepOf }) => sweepOf !== undefined).map(readOne))),
    ...(await Promise.all(parts.filter(({ sweepOf }) => sweepOf === undefined).map(readOne))),
  ];
  return {
    read: results.flatMap((one) => ('fetched' in one ? [one] : [])),
    doubtful: results.flatMap((one) => ('error' in one ? [one] : [])),
    recounts,
  };
}
