/** Decides for one dataset what is fetched and why. Pure. */
import type { BronzeNode } from '../compile/types.js';
import type { PartFetch } from '../fetch/types.js';
import type { PartState, TableState } from '../lakehouse/types.js';
import { sameVariables } from '../observe/same-variables.js';
import type { Again, DatasetFacts, PartFacts, StretchFacts } from '../observe/types.js';
import type { Portal } from '../project/types.js';
import type { Probe, RequestOptions, Source } from '../sources/types.js';
import { expectedBytes } from './expected-bytes.js';
import { expectedRequests } from './expected-requests.js';
import type { BronzePlan } from './types.js';

export interface PlanDatasetOptions {
  readonly node: BronzeNode;
  readonly portal: Portal;
  /** Only its pure half is used: `requests`. */
  readonly source: Pick<Source, 'requests' | 'rowIds'>;
  readonly facts: DatasetFacts;
  /** Hosts beyond the portals' own that discovered addresses may lead to. */
  readonly allowedHosts?: readonly string[];
  readonly state?: TableState;
  readonly fullRefresh: boolean;
  /** A sample of so many rows of each part. */
  readonly limit?: number;
  /** `safe`: the second try after a count that did not fit. */
  readonly strategy: RequestOptions['strategy'];
  /** Fetch these parts and no others, whatever is stored: what they brought the first time did not fit. */
  readonly again?: Again;
  /** Parts whose rows in the lake are missing or damaged. */
  readonly lost?: ReadonlySet<string>;
}

interface PartDecision {
  readonly facts: PartFacts;
  /** `whole` asks for everything and adds it to what is known: only `append` does. */
  readonly kind: 'full' | 'whole' | 'incremental' | 'none';
  readonly reason: string;
  /** The ids of all rows are asked for as well. */
  readonly sweep?: boolean;
}

const UNCHANGED = 'unchanged';

/** The bronze node's plan: which parts are asked for, how, and what that costs. */
export function planDataset(options: PlanDatasetOptions): BronzePlan {
  const { node, facts, state } = options;
  const base = { id: node.id, kind: 'bronze' as const, requests: 0, goneParts: [] };
  if (facts.status === 'error') {
    return { ...base, action: 'error', reason: facts.error.message, error: facts.error };
  }
  if (facts.status === 'depends') return { ...base, action: 'depends', reason: `if ${facts.on} changes` };

  const notes = facts.notes === undefined ? {} : { notes: facts.notes };
  const decisions = facts.parts.map((part) => withSweep(decide(part, options), options));
  const { load, source } = node.dataset;
  // An archive keeps what is gone at the portal.
  const goneParts =
    load.mode === 'append' && source.forEach === undefined && state?.sourceHash === node.sourceHash
      ? []
      : Object.keys(state?.parts ?? {}).filter((id) => !facts.parts.some((p) => p.part.id === id));
  const wanted = decisions.filter((d) => d.kind !== 'none' || d.sweep);
  if (wanted.length === 0 && goneParts.length === 0 && state !== undefined) {
    const reason = keptInWords(decisions, 'the portal has nothing new');
    return { ...base, action: 'reuse', reason, rows: 0, ...notes };
  }
  const parts = wanted.flatMap((d) => toFetches(d, options));
  const rows = parts.every((p) => p.expectedRows !== undefined)
    ? parts.reduce((sum, p) => sum + (p.expectedRows ?? 0), 0)
    : undefined;
  const prices = parts.map((p) => expectedRequests(p, state?.parts?.[p.partId]?.rows));
  return {
    ...base,
    action: 'run',
    reason: keptInWords(
      decisions,
      summarise(wanted, decisions.length, goneParts) || 'first load, and nothing to fetch',
    ),
    requests: prices.reduce((sum, price) => sum + price.requests, 0),
    ...(prices.some(({ open }) => open) ? { open: true as const } : {}),
    rows,
    bytes: expectedBytes(rows, state?.load),
    goneParts,
    ...notes,
    fetch: { dataset: node.name, portal: options.portal.name, parts },
  };
}

function decide(facts: PartFacts, options: PlanDatasetOptions): PartDecision {
  const { node, state, fullRefresh } = options;
  const known: PartState | undefined = state?.parts?.[facts.part.id];
  const full = (reason: string): PartDecision => ({ facts, kind: 'full', reason });
  const all = (reason: string): PartDecision =>
    addsTo(known, facts, options) ? { facts, kind: 'whole', reason } : full(reason);
  if (facts.kept !== undefined) return { facts, kind: 'none', reason: facts.kept };
  if (!facts.probe.exists) return { facts, kind: 'none', reason: 'the portal has no such file' };
  if (facts.stretches) return backfill(facts, facts.stretches, options.again);
  if (options.again !== undefined) {
    const again = options.again.get(facts.part.id);
    if (again === undefined) return { facts, kind: 'none', reason: 'read already' };
    const { reason } = again;
    if (again.full || facts.since === undefined) return all(reason);
    return { facts, kind: 'incremental', reason, sweep: again.sweep };
  }
  if (fullRefresh) return full('--full-refresh');
  if (state === undefined) return full('first load');
  if (state.sourceHash !== node.sourceHash) return full('the manifest asks for something else');
  if (options.lost?.has(facts.part.id)) return all('its rows in the lake are missing or damaged');
  if (known === undefined) return full('new at the portal');
  if (!sameVariables(facts.part.variables, known.variables)) return full('the manifest names it differently');

  if (known.partial && known.cursor === undefined) return all('only a stretch of it was loaded so far');

  const { fingerprint, count } = facts.probe;
  const { always } = facts;
  const same = always === undefined && fingerprint !== undefined && fingerprint === known.fingerprint;
  if (same && (count === undefined || count === known.count)) {
    return { facts, kind: 'none', reason: UNCHANGED };
  }
  if (facts.since && node.dataset.load.mode === 'upsert' && count !== undefined && count < known.rows) {
    const reason = `the portal counts ${count} rows, the lake ${known.rows}: rows were withdrawn`;
    return canSweep(known, options) ? { facts, kind: 'incremental', reason, sweep: true } : full(reason);
  }
  if (facts.since) {
    const { value } = facts.since;
    const reason = always === undefined ? `changed since ${value}` : `rows since ${value} (${always})`;
    return { facts, kind: 'incremental', reason };
  }
  if (always !== undefined) return all(`fetched whatever the portal says of it (${always})`);
  if (fingerprint === undefined) return all('asked whether it changed');
  return all(
    count !== undefined && count !== known.count
      ? `${known.count ?? 'unknown'} → ${count} rows at the portal`
      : 'the portal’s data changed',
  );
}

/** Whether everything that is asked for is added to what is known: an archive forgets nothing, unless it is told to. */
function addsTo(
  known: PartState | undefined,
  { part }: PartFacts,
  { node, state, fullRefresh }: PlanDatasetOptions,
): boolean {
  if (node.dataset.load.mode !== 'append' || fullRefresh || state?.sourceHash !== node.sourceHash)
    return false;
  return known !== undefined && known.loads.length > 0 && sameVariables(part.variables, known.variables);
}

/** The stretches of a part that are asked for, or asked for again. */
function backfill(facts: PartFacts, all: readonly StretchFacts[], again: Again | undefined): PartDecision {
  const stretches = all.filter(({ id }) => !again || again.has(facts.part.id) || again.has(id));
  const [first, last] = [stretches[0]?.since, stretches.at(-1)?.since];
  if (!first || !last) return { facts, kind: 'none', reason: 'read already' };
  const day = (text = ''): string => text.replace(/T00:00:00.*$/, '');
  const windows = stretches.length > 1 ? `, in ${stretches.length} stretches` : '';
  const reason = `asked for ${day(first.value)} to ${day(last.until)}${windows}`;
  return { facts: { ...facts, stretches }, kind: 'incremental', reason };
}

/** Adds the ids of all rows where they are due to be compared, and the portal's data is not what it was then. */
function withSweep(decision: PartDecision, options: PlanDatasetOptions): PartDecision {
  const { facts, kind, sweep } = decision;
  const known = options.state?.parts?.[facts.part.id];
  if (sweep || !facts.sweepDue || !known || options.again || !canSweep(known, options)) return decision;
  if (kind !== 'incremental' && (kind !== 'none' || decision.reason !== UNCHANGED)) return decision;
  const { fingerprint } = facts.probe;
  if (fingerprint !== undefined && fingerprint === known.swept?.fingerprint) return decision;
  const last = known.swept?.at;
  const since = last === undefined ? 'for the first time' : `last on ${last.slice(0, 10)}`;
  const reason =
    kind === 'none' ? `row ids are compared, ${since}` : `${decision.reason}; row ids are compared, ${since}`;
  return { ...decision, reason, sweep: true };
}

/** A mirror that is told to look for deletions, at a portal that lists its rows' ids, of rows that carry them. */
function canSweep(known: PartState, { node, source, limit }: PlanDatasetOptions): boolean {
  const { mode, sweep, deletes } = node.dataset.load;
  if (limit !== undefined) return false;
  const wanted = sweep !== undefined || deletes === 'soft';
  return mode === 'upsert' && wanted && source.rowIds !== undefined && known.rowId !== undefined;
}

function sweepFetch(
  { facts }: PartDecision,
  { node, portal, source, strategy }: PlanDatasetOptions,
): PartFetch {
  const { part, probe } = facts;
  const { requests, expander, expectedRows, decode } = source.rowIds!(
    part,
    probe,
    { dataset: node.dataset, portal },
    strategy,
  );
  return {
    partId: `${part.id}#ids`,
    sweepOf: part.id,
    label: part.label,
    variables: {},
    kind: 'incremental',
    requests,
    expander,
    expectedRows,
    decode,
    revision: revisionOf(probe),
  };
}

/** One fetch for a part, or one for each stretch of it that a backfill asks for. */
function toFetches(decision: PartDecision, options: PlanDatasetOptions): readonly PartFetch[] {
  const { part, probe, stretches } = decision.facts;
  const ids = decision.sweep ? [sweepFetch(decision, options)] : [];
  if (!stretches) return decision.kind === 'none' ? ids : [...ids, toFetch(decision, options)];
  return stretches.map(({ id, since, count }) => {
    const facts = { part, probe: { ...probe, countSince: count }, since };
    // What the portal counts in all says nothing of a lake that has a stretch of it.
    return {
      ...toFetch({ ...decision, facts }, options),
      partId: id,
      stretchOf: part.id,
      totalRows: undefined,
    };
  });
}

function toFetch({ facts, kind }: PartDecision, options: PlanDatasetOptions): PartFetch {
  const { node, portal, source, state, strategy, fullRefresh } = options;
  const { part, probe, since, always } = facts;
  const stretch = kind === 'incremental' ? since : undefined;
  const { limit } = options;
  const request = source.requests(
    part,
    probe,
    { dataset: node.dataset, portal, allowedHosts: options.allowedHosts },
    { since: stretch, strategy, ...(limit !== undefined && { limit }) },
  );
  const anew = fullRefresh || strategy === 'safe';
  // Without validators no portal can answer that nothing changed; a body that a killed run left is as good as a new one.
  const unconditional = anew || always !== undefined;
  const known = state?.sourceHash === node.sourceHash ? state.parts?.[part.id] : undefined;
  return {
    partId: part.id,
    label: part.label,
    variables: part.variables,
    kind: kind === 'full' ? 'full' : 'incremental',
    ...(stretch && { since: stretch }),
    requests: request.requests,
    // Of a sample nothing follows and nothing is counted.
    expander: limit === undefined ? request.expander : undefined,
    expectedRows: limit === undefined ? request.expectedRows : undefined,
    totalRows: limit === undefined ? probe.count : undefined,
    decode: request.decode,
    ...(request.lineEnds && { lineEnds: true }),
    validators: unconditional || known === undefined ? undefined : known.validators,
    revision: revisionOf(probe),
    fresh: anew,
  };
}

/** A portal may give its data anew under the date of before, or be met half filled: its count belongs to it. */
function revisionOf({ fingerprint, count }: Probe): string | undefined {
  return fingerprint === undefined ? undefined : `${fingerprint} ${count ?? ''}`.trimEnd();
}

/** Adds how many parts a fetch policy leaves; where it leaves all, nothing was asked that the rest could be about. */
function keptInWords(decisions: readonly PartDecision[], otherwise: string): string {
  const policies = decisions.flatMap(({ facts }) => facts.kept ?? []);
  if (policies.length === 0) return otherwise;
  const by = [...new Set(policies)].join(', ');
  if (policies.length < decisions.length)
    return `${otherwise}; ${policies.length} of ${decisions.length} parts not asked for (${by})`;
  return decisions.length === 1
    ? `not asked for (${by})`
    : `all ${decisions.length} parts not asked for (${by})`;
}

/** One sentence for the dataset: the parts' reasons, most frequent first. */
function summarise(wanted: readonly PartDecision[], all: number, gone: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of wanted) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].sort((a, b) => b[1] - a[1]);
  const texts = reasons.map(([reason, n]) => (all > 1 ? `${n} of ${all} parts: ${reason}` : reason));
  if (gone.length > 0) texts.push(`${gone.length} gone at the portal`);
  const shown = texts.slice(0, 2).join('; ');
  return texts.length > 2 ? `${shown}; and ${texts.length - 2} more` : shown;
}
