/** Asks one dataset's portal what it holds now. Reads only; a failure is a fact about this dataset alone. */
import type { BronzeNode } from '../compile/types.js';
import { errorInfo, LakeError } from '../errors/lake-error.js';
import type { PartState, TableState } from '../lakehouse/types.js';
import type { Duration, Portal } from '../project/types.js';
import type { Part, PortalClient, RequestOptions, Source, SourceContext } from '../sources/types.js';
import { MILLISECONDS } from './durations.js';
import { type Asking, askingFor, type FetchPolicyFunction } from './fetch-policy.js';
import { stretchesOf } from './stretches.js';
import type { Again, Backfill, DatasetFacts, PartFacts, StretchFacts } from './types.js';

export interface ObserveOptions {
  readonly node: BronzeNode;
  readonly portal: Portal;
  readonly source: Source;
  readonly client: PortalClient;
  /** The dataset's bronze at its newest version. */
  readonly state?: TableState;
  /** `for_each`: the parent's rows. */
  readonly parentRows?: readonly Readonly<Record<string, string>>[];
  /** Ask for everything, whatever is stored. */
  readonly fullRefresh: boolean;
  /** When it is asked: what is missing this year, and where a time without an end ends, depend on it. */
  readonly now?: Date;
  /** Probe these parts alone, as if nothing were known of what they hold. */
  readonly again?: Again;
  /** Ask for this time alone. */
  readonly backfill?: Backfill;
  /** Leave parts that need not be asked about, by the manifest's `fetch:` or a program's rule; else each is asked about. */
  readonly policy?: { readonly choose?: FetchPolicyFunction };
}

/**
 * Discovers the dataset's parts and probes each. Never throws: what goes wrong is the `error` of the facts, so that
 * one dead portal delays nobody.
 */
export async function observeDataset(options: ObserveOptions): Promise<DatasetFacts> {
  const { node, portal, source, parentRows } = options;
  let requests = 0;
  const counted: PortalClient = {
    getJson(url, how) {
      requests += 1;
      return options.client.getJson(url, how);
    },
    head(url) {
      requests += 1;
      return options.client.head(url);
    },
  };
  try {
    // Asking the time zone costs as much as reading a manifest: only who needs the day has it.
    const { family } = node.dataset.source;
    const today = family && dayIn(node.dataset.timezone, options.now ?? new Date());
    const context = { dataset: node.dataset, portal, parentRows, today };
    const [found, remarks = []] = await Promise.all([
      source.discover(context, counted),
      options.again === undefined ? source.remarks?.(context, counted) : undefined,
    ]);
    if (found.length > MOST_PARTS) throw tooManyParts(node, found.length);
    const asked = found.filter((part) => isAsked(part.id, options.again));
    const parts = await Promise.all(
      asked.map(async (part): Promise<PartFacts> => {
        if (options.backfill) {
          const probe = await source.probe(part, context, counted);
          return { part, probe, stretches: await countStretches(part, context, counted, options) };
        }
        const again = options.again?.get(part.id);
        const known = again?.full ? undefined : knownPart(part, options);
        const asking = await askingAbout(part, options);
        if (asking.kept !== undefined) {
          const { fingerprint, count } = known ?? {};
          return { part, probe: { exists: true, requests: 0, fingerprint, count }, kept: asking.kept };
        }
        const since = known && source.incremental ? sinceOf(node, known) : undefined;
        const probe = await source.probe(
          part,
          context,
          counted,
          since,
          // What is fetched anyway is counted anew.
          again || asking.always
            ? undefined
            : known && { fingerprint: known.fingerprint, count: known.count },
        );
        // What is read again as a whole is read in the safer way: in ranges of its keys, where it is large.
        const dividers =
          again && (since === undefined || again.sweep)
            ? await source.divide?.(part, probe, context, counted)
            : undefined;
        const divided = dividers === undefined ? probe : { ...probe, dividers };
        return {
          part,
          probe: divided,
          since,
          ...asking,
          ...(isSweepDue(node, known, options.now) ? { sweepDue: true } : {}),
        };
      }),
    );
    const notes = [...remarks, ...parts.flatMap(({ probe }) => probe.notes ?? [])];
    return { status: 'ok', parts, ...(notes.length > 0 ? { notes } : {}), requests };
  } catch (error) {
    return { status: 'error', error: errorInfo(error), requests };
  }
}

/** Who asks for all, for a time or for a part once more means it. */
async function askingAbout(part: Part, options: ObserveOptions): Promise<Asking> {
  const { policy, again, fullRefresh, node, now = new Date() } = options;
  if (!policy) return {};
  const { dataset } = node;
  const isAskedFor = again !== undefined || fullRefresh;
  if (isAskedFor) return typeof dataset.load.fetch === 'object' ? { remember: true } : {};
  return askingFor({ part, known: knownPart(part, options), dataset, now, choose: policy.choose });
}

/** A part is asked for again as a whole, or for some of its stretches. */
function isAsked(id: string, again: Again | undefined): boolean {
  return again === undefined || [...again.keys()].some((one) => one === id || one.startsWith(`${id}@`));
}

async function countStretches(
  part: Part,
  context: SourceContext,
  client: PortalClient,
  { node, source, backfill, again, now = new Date() }: ObserveOptions,
): Promise<readonly StretchFacts[]> {
  const stretches = stretchesOf(backfill!, node.dataset.load.cursor!, now)
    .map((since) => ({ id: `${part.id}@${since.value}`, since }))
    .filter(({ id }) => again === undefined || again.has(part.id) || again.has(id));
  return Promise.all(
    stretches.map(async (one) => ({
      ...one,
      count: (await source.recount!(part, context, client, one.since)).count!,
    })),
  );
}

/** More files than this are a mistake in what the manifest asks for, or a catalogue without end. */
const MOST_PARTS = 100_000;

function tooManyParts({ name, path }: BronzeNode, count: number): LakeError {
  return new LakeError(
    'LK4011',
    `${name} would be made of ${count.toLocaleString('en')} files, at most ${MOST_PARTS.toLocaleString('en')} are possible`,
    { hint: `ask for fewer of them in \`source:\` of ${path}` },
  );
}

/** `2026-11-21`, as the calendar of a time zone has it. */
function dayIn(timezone: string, now: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(now);
}

/** What the lake knows of a part, unless that no longer counts: another source, or a full refresh. */
function knownPart(part: Part, { node, state, fullRefresh }: ObserveOptions): PartState | undefined {
  if (fullRefresh || state?.sourceHash !== node.sourceHash) return undefined;
  return state.parts?.[part.id];
}

/** Where an incremental load starts: at the cursor of the last load, less the lookback. Ties are asked for again. */
function sinceOf(node: BronzeNode, known: PartState): RequestOptions['since'] {
  const { mode, cursor, lookback } = node.dataset.load;
  if (mode === 'replace' || cursor === undefined || known.cursor === undefined) return undefined;
  return { column: cursor, value: lookback ? stepBack(known.cursor, lookback) : known.cursor };
}

/** By the clock alone: whether the portal's data moved since then is for the plan to see. */
function isSweepDue({ dataset }: BronzeNode, known: PartState | undefined, now: Date = new Date()): boolean {
  const { sweep } = dataset.load;
  if (sweep === undefined || known === undefined) return false;
  const last = known.swept?.at;
  return last === undefined || now.getTime() - Date.parse(last) >= sweep.count * MILLISECONDS[sweep.unit];
}

/** An ISO 8601 instant less a duration (months and years at their longest: asking twice is safe, missing is not). */
export function stepBack(cursor: string, { count, unit }: Duration): string {
  if (!/^\d{4}-\d\d-\d\dT/.test(cursor)) return cursor;
  const instant = Date.parse(/Z|[+-]\d\d:?\d\d$/.test(cursor) ? cursor : `${cursor}Z`);
  if (Number.isNaN(instant)) return cursor;
  const earlier = new Date(instant - count * MILLISECONDS[unit]).toISOString();
  return cursor.endsWith('Z') ? earlier : earlier.slice(0, -1);
}
