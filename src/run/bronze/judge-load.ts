/** Whether a staged load may be committed: the load guards, and what the command line accepts of them. */
import type { BronzeNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { LoadRecord, PartState, TableState } from '../../lakehouse/types.js';
import type { Again, DatasetFacts } from '../../observe/types.js';
import { miscount, type PartCounts } from '../../quality/guards/count-guard.js';
import { type GuardBreach, isAccepted } from '../../quality/guards/guard.js';
import { loadGuards, unfinished } from '../../quality/guards/load-guards.js';
import { acceptedGuard } from '../accepted-guard.js';
import type { RunContext } from '../context.js';
import { endingDoubt } from './body-ending.js';
import { losesParts, nextParts } from './next-parts.js';
import type { LandedPart, StagedLoad } from './stage-load.js';
import { isConclusive, type Sweep } from './sweep.js';

/** Guards that were passed over because the command line said so. */
export type Accepted = NonNullable<LoadRecord['accepted']>;

/** What a load guard objected to; recorded with all that is known of the load. */
export class RejectedLoad extends LakeError {}

/** Every guard that the staged load trips, worst first. */
export function judgeLoad(
  context: RunContext,
  node: BronzeNode,
  facts: DatasetFacts,
  load: StagedLoad,
  state: TableState | undefined,
): readonly GuardBreach[] {
  const source = context.sourceOf(node);
  const batch = source.refreshBatch?.(context.graph.portals[node.dataset.portal]!);
  const caps = source.caps?.(node.dataset);
  const withdrawn = new Map(load.sweeps.filter(isConclusive).map((s) => [s.partId, s.gone.length]));
  const landed = [
    ...load.landed.map((part) => ({
      ...countsOf(node, part, state),
      batch,
      caps,
      withdrawn: withdrawn.get(part.fetch.partId),
    })),
    ...sweptAlone(load, state),
  ];
  const parts = nextParts(context.run, node, facts, load, state);
  if (state === undefined || !losesParts(parts, state))
    return loadGuards(node.dataset, landed, { published: state !== undefined });
  const whole = { before: currentRows(state.parts ?? {}), now: currentRows(parts) };
  return loadGuards(node.dataset, landed, { published: true, whole });
}

/** Parts of which nothing was asked for but their row ids, as the guards see them. */
function sweptAlone(load: StagedLoad, state: TableState | undefined): readonly PartCounts[] {
  return load.sweeps.filter(isConclusive).flatMap(({ partId, gone, counted }): PartCounts[] => {
    const before = state?.parts?.[partId];
    if (!before || load.landed.some(({ fetch }) => fetch.partId === partId)) return [];
    return [
      {
        label: before.label,
        kind: 'incremental',
        rows: 0,
        held: before.rows - gone.length,
        total: counted,
        before: before.rows,
        withdrawn: gone.length,
      },
    ];
  });
}

/** Append: rows of the part that the portal no longer had at the last load. */
function keptBefore({ fetch }: LandedPart, state: TableState | undefined): number {
  const before = fetch.kind === 'incremental' ? state?.parts?.[fetch.partId] : undefined;
  return before?.count === undefined ? 0 : Math.max(0, before.rows - before.count);
}

export function currentRows(parts: Readonly<Record<string, PartState>>): number {
  return Object.values(parts).reduce((sum, part) => sum + part.rows, 0);
}

function knownPart(node: BronzeNode, { fetch }: LandedPart, state: TableState | undefined) {
  return state?.sourceHash === node.sourceHash ? state.parts?.[fetch.partId] : undefined;
}

/** A landed part as the guards see it. */
function countsOf(node: BronzeNode, part: LandedPart, state: TableState | undefined): PartCounts {
  const { fetch, fetched, after } = part;
  const [first, last] = fetched.totals ?? [];
  // Where the answers themselves tell the number of all rows, it is the number of records: those that a list was
  // opened into are more.
  const told = fetch.expectedRows === undefined && first !== undefined;
  return {
    label: fetch.label,
    kind: fetch.kind,
    rows: told ? (fetched.records ?? part.rows) : part.rows,
    expected: fetch.expectedRows ?? first,
    held: part.held,
    total: fetch.totalRows,
    after: after?.count ?? (told ? last : undefined),
    moved: part.moved,
    unsure: part.unsure,
    firstAfter: part.firstAfter,
    safe: part.safe,
    byKey: fetch.expander?.byKey,
    before: state?.parts?.[fetch.partId]?.rows,
    unfinished: endingDoubt(part, knownPart(node, part, state)),
    repeated: part.repeated,
    // SQL of the project's own may keep one of equal rows where it need not account for each.
    keyed: node.dataset.key !== undefined && node.dataset.accounting,
    whole: fetch.since === undefined,
    kept: node.dataset.load.mode === 'append' ? keptBefore(part, state) : undefined,
  };
}

/** Parts that must be asked for once more, but for those that were read twice already; with the reason. */
export function miscounted(
  node: BronzeNode,
  load: StagedLoad,
  state: TableState | undefined,
  readTwice: ReadonlySet<string>,
  canSweep: boolean,
): Again {
  const again = new Map<string, { reason: string; full: boolean; sweep?: boolean }>();
  for (const part of load.landed.filter(({ fetch }) => !readTwice.has(fetch.partId))) {
    const { partId, label, kind } = part.fetch;
    const where = load.landed.length > 1 || label !== node.name ? `${node.name} (${label})` : node.name;
    const counts = countsOf(node, part, state);
    const wrong = miscount(counts);
    // Ids that mean other rows than before: what a mirror made of them cannot be told any more.
    if (part.renumbered && kind === 'incremental' && node.dataset.load.mode === 'upsert') {
      again.set(partId, { reason: 'the portal has numbered its rows anew', full: true });
    } else if (counts.unfinished !== undefined && !wrong) {
      again.set(partId, { reason: `${where}: ${unfinished(counts.unfinished)}`, full: kind === 'full' });
    } else if (wrong) {
      const reason = wrong.reason ?? `${where}: ${wrong.message}`;
      // More than the portal counts: which of them are gone its row ids tell, for less than all rows.
      const swept = load.sweeps.some((sweep) => sweep.partId === partId);
      const sweep = canSweep && !swept && wrong.inFull && part.held > (part.fetch.totalRows ?? part.held);
      again.set(partId, sweep ? { reason, full: false, sweep } : { reason, full: wrong.inFull });
    }
  }
  for (const sweep of load.sweeps.filter((one) => !isConclusive(one) && !readTwice.has(one.partId)))
    again.set(sweep.partId, { full: sweep.listed === sweep.counted, sweep: true, reason: doubtOf(sweep) });
  return again;
}

function doubtOf({ listed, counted: total, lacking, tooMany, gone }: Sweep): string {
  if (listed !== total) return `the portal listed ${listed} row ids, and counts ${total ?? 'no'} rows`;
  if (tooMany) return `more than ${gone.length.toLocaleString('en')} rows are gone at the portal`;
  return `the portal has ${lacking.toLocaleString('en')} ${lacking === 1 ? 'row' : 'rows'} that came late, behind the cursor`;
}

/** @throws LakeError LK40xx for the first breach that was not accepted on the command line. */
export async function acceptOrThrow(
  context: RunContext,
  node: BronzeNode,
  load: StagedLoad,
  breaches: readonly GuardBreach[],
  requests: number,
): Promise<Accepted> {
  const { accept } = context.flags;
  const refused = breaches.filter(({ guard }) => !isAccepted(accept, node.name, guard));
  const hash = contentOf(load);
  if (refused.length === 0) return breaches.map((b) => acceptedGuard(b.guard, hash));
  const worst = refused[0]!;
  await context.lake.recordAttempt({
    run: context.run,
    table: node.id,
    at: new Date().toISOString(),
    status: 'rejected',
    reason: worst.message,
    code: worst.code,
    rows: load.landed.reduce((sum, part) => sum + part.rows, 0),
    contentHash: hash,
    requests,
    bytes: load.bytes,
  });
  throw new RejectedLoad(worst.code, worst.message, {
    hint: worst.hint,
    details: { guards: refused.map((b) => b.guard) },
  });
}

function contentOf(load: StagedLoad): string {
  return load.landed.map((part) => part.fetched.sha256).join(' ');
}
