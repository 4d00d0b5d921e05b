/** One dataset's own chain: observe → plan → fetch → decode → guards → commit. */
import type { BronzeNode } from '../../compile/types.js';
import { type ErrorInfo, errorInfo, fromErrorInfo, LakeError } from '../../errors/lake-error.js';
import type { TableState } from '../../lakehouse/types.js';
import { observeDataset } from '../../observe/observe-dataset.js';
import type { Again, DatasetFacts } from '../../observe/types.js';
import { planDataset } from '../../plan/plan-dataset.js';
import type { BronzePlan } from '../../plan/types.js';
import type { RequestOptions } from '../../sources/types.js';
import type { RunContext } from '../context.js';
import { endingNotes } from './body-ending.js';
import { columnChange, columnNotes, frozenColumns } from './column-change.js';
import { type BronzeOutcome, commitLoad } from './commit-load.js';
import { brokenOff, cutOff } from './cut-off.js';
import { joinStretches } from './join-stretches.js';
import { acceptOrThrow, judgeLoad, miscounted, RejectedLoad } from './judge-load.js';
import { keepsSpool, resumedBodies, resumeNotes } from './kept-spool.js';
import { columnsMissing, loadNotes, overlapNotes } from './load-notes.js';
import { heldState } from './lost-parts.js';
import { notServed } from './not-served.js';
import { parentRows, parentsAsBefore } from './parent-rows.js';
import { type Doubtful, type ReadPart, readParts } from './read-parts.js';
import { type StagedLoad, stageLoad } from './stage-load.js';

/** @throws LakeError whatever stopped the dataset; nothing of it is committed then. */
export async function executeBronze(context: RunContext, node: BronzeNode): Promise<BronzeOutcome> {
  try {
    const outcome = await loadDataset(context, node);
    await context.fetcher.leave(node.name, { keep: false });
    return outcome;
  } catch (thrown) {
    const error = notServed(context.target, node.name, context.pins.head(node.id) !== undefined, thrown);
    await context.fetcher.leave(node.name, { keep: keepsSpool(error) });
    // A load that a guard refused has been recorded with all that is known of it.
    if (!(error instanceof RejectedLoad)) await recordFailure(context, node, errorInfo(error));
    throw error;
  }
}

async function recordFailure(context: RunContext, node: BronzeNode, error: ErrorInfo): Promise<void> {
  const { message: reason, code } = error;
  const attempt = { run: context.run, table: node.id, at: new Date().toISOString(), requests: 0, bytes: 0 };
  // The lake may be what failed: its own error is the one to tell.
  await context.lake.recordAttempt({ ...attempt, status: 'failed', reason, code }).catch(() => undefined);
}

async function loadDataset(context: RunContext, node: BronzeNode): Promise<BronzeOutcome> {
  const held = await heldState(context.lake, node, context.pins.head(node.id)?.state);
  const { state, lostParts: lost } = held;
  const parents = await parentRows(context, node, state);
  let facts = await observe(context, node, state, parents);
  let plan = makePlan(context, node, facts, state, { strategy: 'fast', lost });
  if (plan.error) throw fromErrorInfo(plan.error);
  if (plan.action === 'reuse' && parentsAsBefore(context, node, state)) {
    const { notes } = plan;
    return { status: 'reused', reason: plan.reason, requests: observed(facts), ...(notes ? { notes } : {}) };
  }

  let requests = observed(facts);
  const read = new Map<string, ReadPart>();
  const readAll = async (safe: boolean): Promise<readonly Doubtful[]> => {
    const reading = await readParts(context, node, plan, facts, safe);
    for (const one of reading.read) read.set(one.fetch.partId, one);
    requests += reading.recounts;
    return reading.doubtful;
  };
  /** Once, and only for these parts: in the safer way of the protocol. */
  const readAgain = async (again: Again): Promise<void> => {
    for (const [id, { fetch, fetched }] of read) {
      if (!again.has(id) && !again.has(fetch.sweepOf ?? fetch.stretchOf ?? id)) continue;
      requests += fetched.requests;
      read.delete(id);
    }
    const newer = await observe(context, node, state, parents, again);
    requests += observed(newer);
    facts = merged(facts, newer);
    plan = makePlan(context, node, facts, state, { strategy: 'safe', again });
    if (plan.error) throw fromErrorInfo(plan.error);
    await readAll(true);
  };
  const doubtful = [...(await readAll(false))];
  const stage = async (): Promise<StagedLoad> => {
    try {
      return await stageLoad(context, node, joinStretches([...read.values()]), context.run, state);
    } catch (error) {
      const part = cutOff(error, read.values());
      if (!part) throw error;
      const doubt = brokenOff(part, error as LakeError);
      if (part.safe) throw doubt.error;
      doubtful.push(doubt);
      await readAgain(doubts([doubt])).catch((again: unknown) => {
        // A portal that cannot be reached now says so itself; pages that make no sense are for the same reason as the file.
        throw again instanceof LakeError && !again.transient ? doubt.error : again;
      });
      return stage();
    }
  };
  const fetched = [...read.values()].map((one) => one.fetched);
  const [notes, resumed] = [resumeNotes(fetched), resumedBodies(fetched)];
  if (doubtful.length > 0) await readAgain(doubts(doubtful));
  let load = await stage();
  let breaches = judgeLoad(context, node, facts, load, state);
  const readTwice = new Set(doubtful.map(({ fetch }) => fetch.sweepOf ?? fetch.stretchOf ?? fetch.partId));
  const { mode, sweep, deletes } = node.dataset.load;
  const canSweep =
    mode === 'upsert' &&
    (sweep !== undefined || deletes === 'soft') &&
    context.sourceOf(node).rowIds !== undefined;
  const miscounts = miscounted(node, load, state, readTwice, canSweep);
  if (miscounts.size > 0) {
    await readAgain(miscounts);
    load = await stage();
    breaches = judgeLoad(context, node, facts, load, state);
  }
  requests += load.requests;
  const columns = await columnChange(context, node, facts, load, state);
  const objections = context.flags.limit !== undefined ? [] : [...breaches, ...frozenColumns(node, columns)];
  const accepted = await acceptOrThrow(context, node, load, objections, requests);
  const changed = { ...load, columns, without: held.lostFiles };
  const outcome = await commitLoad(context, node, plan, facts, changed, accepted, requests, state);
  const told = [
    ...(facts.status === 'ok' ? (facts.notes ?? []) : []),
    ...notes,
    ...loadNotes(node, load, state),
    ...overlapNotes(load),
    ...(context.flags.limit === undefined ? endingNotes(load.landed, state?.parts) : []),
    ...columnsMissing(facts, load),
    ...columnNotes(node, columns),
    ...(outcome.notes ?? []),
  ];
  return { ...outcome, ...(resumed ? { resumed } : {}), ...(told.length > 0 ? { notes: told } : {}) };
}

/** A sample is of at most so many parts: of thousands of files a few show what they look like. */
const SAMPLED_PARTS = 10;

function doubts(parts: readonly Doubtful[]): Again {
  return new Map(
    parts.map(({ fetch, error }) => [
      fetch.sweepOf ?? fetch.partId,
      { reason: error.message, full: fetch.kind === 'full', sweep: fetch.sweepOf !== undefined },
    ]),
  );
}

/** What is known of the parts that were asked again is the newer; all others stay. */
function merged(before: DatasetFacts, newer: DatasetFacts): DatasetFacts {
  if (before.status !== 'ok' || newer.status !== 'ok') return newer;
  const again = new Map(newer.parts.map((one) => [one.part.id, one]));
  return { ...before, parts: before.parts.map((one) => again.get(one.part.id) ?? one) };
}

async function observe(
  context: RunContext,
  node: BronzeNode,
  state: TableState | undefined,
  parents: Awaited<ReturnType<typeof parentRows>>,
  again?: Again,
): Promise<DatasetFacts> {
  const facts = await observeDataset({
    node,
    portal: context.graph.portals[node.dataset.portal]!,
    source: context.sourceOf(node),
    client: context.fetcher.client({ dataset: node.name, portal: node.dataset.portal }),
    state,
    parentRows: parents,
    fullRefresh: context.flags.fullRefresh,
    now: context.startedAt,
    again,
    backfill: context.flags.backfill,
  });
  const { limit } = context.flags;
  if (limit === undefined || facts.status !== 'ok') return facts;
  return { ...facts, parts: facts.parts.slice(0, SAMPLED_PARTS) };
}

function makePlan(
  context: RunContext,
  node: BronzeNode,
  facts: DatasetFacts,
  state: TableState | undefined,
  how: {
    readonly strategy: RequestOptions['strategy'];
    readonly again?: Again;
    readonly lost?: ReadonlySet<string>;
  },
): BronzePlan {
  return planDataset({
    node,
    portal: context.graph.portals[node.dataset.portal]!,
    source: context.sourceOf(node),
    allowedHosts: context.graph.allowedHosts,
    facts,
    state,
    fullRefresh: context.flags.fullRefresh,
    limit: context.flags.limit,
    ...how,
  });
}

function observed(facts: DatasetFacts): number {
  return facts.status === 'depends' ? 0 : facts.requests;
}
