/** Whether a staged load may be committed: the load guards, and what the command line accepts of them. */
import type { BronzeNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { LoadRecord, PartState, TableState } from '../../lakehouse/types.js';
import type { DatasetFacts } from '../../observe/types.js';
import { type GuardBreach, loadGuards } from '../../quality/load-guards.js';
import type { RunContext } from '../context.js';
import { losesParts, nextParts } from './next-parts.js';
import type { StagedLoad } from './stage-load.js';

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
  const landed = load.landed.map((part) => ({
    label: part.fetch.label,
    kind: part.fetch.kind,
    rows: part.rows,
    expected: part.fetch.expectedRows,
    held: part.held,
    total: part.fetch.totalRows,
    before: state?.parts?.[part.fetch.partId]?.rows,
  }));
  const parts = nextParts(context.run, node, facts, load, state);
  if (state === undefined || !losesParts(parts, state)) return loadGuards(node.dataset, landed);
  return loadGuards(node.dataset, landed, {
    before: currentRows(state.parts ?? {}),
    now: currentRows(parts),
  });
}

export function currentRows(parts: Readonly<Record<string, PartState>>): number {
  return Object.values(parts).reduce((sum, part) => sum + part.rows, 0);
}

/** The reason for a full load when an incremental one leaves more rows than the portal has. */
export function withdrawn(load: StagedLoad): string | undefined {
  const part = load.landed.find(
    (p) => p.fetch.kind === 'incremental' && p.held > (p.fetch.totalRows ?? p.held),
  );
  return part && `the portal counts ${part.fetch.totalRows} rows, the lake ${part.held}: rows were withdrawn`;
}

/** @throws LakeError LK40xx for the first breach that was not accepted on the command line. */
export async function acceptOrThrow(
  context: RunContext,
  node: BronzeNode,
  load: StagedLoad,
  breaches: readonly GuardBreach[],
  requests: number,
): Promise<Accepted> {
  const allowed = context.flags.accept.get(node.name);
  const refused = breaches.filter((b) => allowed !== 'all' && !allowed?.has(b.guard));
  const hash = contentOf(load);
  if (refused.length === 0) return breaches.map((b) => ({ guard: b.guard, hash }));
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
