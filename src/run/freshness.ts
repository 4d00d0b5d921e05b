/** `lake freshness`: how old each dataset is, by its portal's date, its last load, or the greatest value of a field. */
import type { BronzeNode, NodeId } from '../compile/types.js';
import { errorInfo } from '../errors/lake-error.js';
import { redactError } from '../errors/redact-error.js';
import { createRedactor } from '../errors/redactor.js';
import { observeDataset } from '../observe/observe-dataset.js';
import { type Freshness, judgeFreshness } from '../quality/freshness.js';
import { sourceFor } from '../sources/index.js';
import { parentRows } from './bronze/parent-rows.js';
import { loadsDown } from './compare/loads.js';
import { Pins } from './pins.js';
import { openSession, type Session, type SessionOptions } from './session.js';

export interface FreshnessOptions extends SessionOptions {
  readonly selected: readonly NodeId[];
  /** Milliseconds since 1970. Default: the day of the target's local portal for the dates that it serves, else the clock. */
  readonly now?: number;
}

export interface DatasetFreshness {
  readonly dataset: string;
  readonly status: Freshness;
  /** `portal`, `loaded` or a field. */
  readonly of: string;
  /** When the data is from; undefined where nobody knows. */
  readonly at?: string;
  readonly ageDays?: number;
  /** What the age was counted to, where that is not the clock: the day of the local portal, ISO 8601. */
  readonly asOf?: string;
  /** Why it is not known, or why another date had to stand in. */
  readonly note?: string;
}

/** What a date is, what is to be said of it, and whose clock it is by: a load is of this machine's time wherever it came from. */
type Found = Pick<DatasetFreshness, 'at' | 'note'> & { readonly by: 'portal' | 'machine' };

/** Selected datasets with `freshness:`; of the others nothing is asked. @throws LakeError when the lake cannot be read. */
export async function judgeAll(options: FreshnessOptions): Promise<readonly DatasetFreshness[]> {
  const redactor = createRedactor(options.secrets.values);
  try {
    const session = await openSession(options);
    try {
      const pins = await Pins.take(
        session.lake,
        options.graph.nodes.map(({ id }) => id),
      );
      const nodes = options.graph.nodes.filter(
        (node): node is BronzeNode =>
          node.kind === 'bronze' &&
          node.dataset.freshness !== undefined &&
          (options.selected.includes(node.id) || options.selected.includes(`silver.${node.name}`)),
      );
      const judged = await Promise.all(nodes.map((node) => judge(options, session, pins, node)));
      return redactor.value(judged);
    } finally {
      await session.close();
    }
  } catch (error) {
    throw redactError(error, redactor);
  }
}

async function judge(
  options: FreshnessOptions,
  session: Session,
  pins: Pins,
  node: BronzeNode,
): Promise<DatasetFreshness> {
  const freshness = node.dataset.freshness!;
  const { by, ...found } = await dateOf(options, session, pins, node);
  const asOf = by === 'portal' && options.now === undefined ? session.asOf : undefined;
  const now = asOf === undefined ? (options.now ?? Date.now()) : Date.parse(asOf);
  return {
    dataset: node.name,
    of: freshness.of,
    ...judgeFreshness(freshness, found.at, now),
    ...found,
    ...(asOf === undefined ? {} : { asOf }),
  };
}

async function dateOf(
  options: FreshnessOptions,
  session: Session,
  pins: Pins,
  node: BronzeNode,
): Promise<Found> {
  const of = node.dataset.freshness!.of;
  if (of === 'loaded') return lastLoad(session, node);
  if (of === 'portal') return portalDate(options, session, pins, node);
  // Recorded when the table was published: no engine is started.
  const at = pins.head(`silver.${node.name}`)?.state.profile?.maxima[of];
  return { by: 'portal', ...(at === undefined ? { note: `no value of ${of} was published yet` } : { at }) };
}

async function lastLoad({ lake }: Session, node: BronzeNode): Promise<Found> {
  for await (const { record, rejected } of loadsDown(lake, node.id)) {
    if (!rejected) return { by: 'machine', at: record.at };
  }
  return { by: 'machine', note: 'never loaded' };
}

/** The newest date that the portal gives of any part; files without one are as old as their last change. */
async function portalDate(
  { graph }: FreshnessOptions,
  session: Session,
  pins: Pins,
  node: BronzeNode,
): Promise<Found> {
  const { dataset, id } = node;
  const state = pins.head(id)?.state;
  const portal = graph.portals[dataset.portal]!;
  try {
    const nodes = new Map(graph.nodes.map((one) => [one.id, one]));
    const reading = { pins, engine: session.engine, lake: session.lake, nodes, graph };
    const facts = await observeDataset({
      node,
      portal,
      source: sourceFor(portal.type),
      client: session.fetcher.client({ dataset: node.name, portal: portal.name }),
      state,
      parentRows: await parentRows(reading, node, state),
      fullRefresh: false,
    });
    if (facts.status === 'error') return { by: 'portal', note: facts.error.message };
    const dates = facts.status === 'ok' ? facts.parts.flatMap(({ probe }) => probe.updatedAt ?? []) : [];
    if (dates.length > 0) return { by: 'portal', at: dates.reduce((a, b) => (a > b ? a : b)) };
  } catch (error) {
    return { by: 'portal', note: errorInfo(error).message };
  }
  const changed = await lastLoad(session, node);
  return changed.at === undefined
    ? changed
    : { ...changed, note: 'the portal tells no date; its data last changed then' };
}
