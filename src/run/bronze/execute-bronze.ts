/** One dataset's own chain: observe → plan → fetch → decode → guards → commit. */
import type { BronzeNode } from '../../compile/types.js';
import { type ErrorInfo, errorInfo } from '../../errors/lake-error.js';
import type { TableState } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';
import { endingNotes } from './body-ending.js';
import { columnChange, columnNotes, frozenColumns } from './column-change.js';
import { type BronzeOutcome, commitLoad } from './commit-load.js';
import { DatasetReading } from './dataset-reading.js';
import { acceptOrThrow, judgeLoad, miscounted, RejectedLoad } from './judge-load.js';
import { keepsSpool, resumedBodies, resumeNotes } from './kept-spool.js';
import { columnsMissing, loadNotes, overlapNotes } from './load-notes.js';
import { heldState } from './lost-parts.js';
import { learnsByLooking } from './next-parts.js';
import { notServed } from './not-served.js';
import { parentsAsBefore } from './parent-rows.js';
import type { StagedLoad } from './stage-load.js';
import { takeBack } from './take-back.js';

/** @throws LakeError whatever stopped the dataset; nothing of it is committed then. */
export async function executeBronze(context: RunContext, node: BronzeNode): Promise<BronzeOutcome> {
  try {
    const takenBack = await takeBack(context, node);
    const outcome = await loadDataset(context, node);
    await context.fetcher.leave(node.name, { keep: false });
    return takenBack ? { ...outcome, notes: [takenBack, ...(outcome.notes ?? [])] } : outcome;
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
  const { state } = held;
  const reading = await DatasetReading.begin(context, node, held);
  if (
    reading.plan.action === 'reuse' &&
    parentsAsBefore(context, node, state) &&
    !learnsByLooking(reading.facts, state)
  ) {
    const { reason, notes } = reading.plan;
    return { status: 'reused', reason, requests: reading.requests, ...(notes ? { notes } : {}) };
  }
  await reading.readAll();
  const { fetched } = reading;
  const [notes, resumed] = [resumeNotes(fetched), resumedBodies(fetched)];
  await reading.readDoubtfulAgain();
  const { load, breaches } = await judgedLoad(context, node, reading, state);
  const requests = reading.requests + load.requests;
  const { facts, plan } = reading;
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

/** The load with what guards say of it; parts whose rows do not add up are read once more before that is believed. */
async function judgedLoad(
  context: RunContext,
  node: BronzeNode,
  reading: DatasetReading,
  state: TableState | undefined,
): Promise<{ readonly load: StagedLoad; readonly breaches: ReturnType<typeof judgeLoad> }> {
  const load = await reading.stage();
  const breaches = judgeLoad(context, node, reading.facts, load, state);
  const miscounts = miscounted(node, load, state, reading.readTwice, canSweep(context, node));
  if (miscounts.size === 0) return { load, breaches };
  await reading.readAgain(miscounts);
  const again = await reading.stage();
  return { load: again, breaches: judgeLoad(context, node, reading.facts, again, state) };
}

/** Whether rows that are gone at the portal would be found: then fewer of them are no miscount. */
function canSweep(context: RunContext, node: BronzeNode): boolean {
  const { mode, sweep, deletes } = node.dataset.load;
  return (
    mode === 'upsert' &&
    (sweep !== undefined || deletes === 'soft') &&
    context.sourceOf(node).rowIds !== undefined
  );
}
