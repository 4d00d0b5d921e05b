/** Takes back loads that were committed to bronze and that a guard on silver refuses: their rows do not count any more. */
import { createHash } from 'node:crypto';
import type { BronzeNode } from '../../compile/types.js';
import type { PartState, TableHead } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';

export interface Refusal {
  readonly guards: readonly string[];
  readonly code: string;
  readonly reason: string;
}

/** Of the content that is current in bronze: the same bytes in the same parts, the same hash. */
export function contentOfParts(parts: Readonly<Record<string, PartState>>): string {
  const sums = Object.values(parts).map(({ sha256, loads }) =>
    loads.length > 1 ? `${loads.length} ${sha256}` : sha256,
  );
  return sums.length === 1 ? sums[0]! : createHash('sha256').update(sums.sort().join(' ')).digest('hex');
}

/** What a run says of a load that it did not land again. */
export function sameContent(loadId: string): string {
  return `same content as the rejected load ${loadId}`;
}

/** Loads whose rows are current in `now` and were not in `before`, oldest first. */
export function newLoads(
  before: Readonly<Record<string, PartState>>,
  now: Readonly<Record<string, PartState>>,
): readonly string[] {
  const known = new Set(Object.values(before).flatMap(({ loads }) => loads));
  const loads = Object.values(now).flatMap((part) => part.loads);
  return [...new Set(loads)].filter((load) => !known.has(load)).sort();
}

/**
 * A further commit: the parts' cursors, validators and current loads are again those of `good`, the version that silver
 * was built from, so that the next run asks again. The refused rows stay in bronze, under their own load.
 * @returns The refused loads.
 */
export async function rejectLoads(
  context: Pick<RunContext, 'run' | 'lake' | 'pins'>,
  node: BronzeNode,
  good: TableHead,
  refusal: Refusal,
): Promise<readonly string[]> {
  const now = context.pins.head(node.id)!;
  const { guards, code, reason } = refusal;
  const parts = now.state.parts ?? {};
  const loadIds = newLoads(good.state.parts ?? {}, parts);
  const hash = contentOfParts(parts);
  const head = await context.lake.commit({
    table: node.id,
    base: now.version,
    mode: 'state',
    dataVersion: good.state.dataVersion,
    columns: [],
    partitionBy: [],
    files: [],
    state: {
      ...good.state,
      run: context.run,
      load: undefined,
      rejected: { loadIds, guards, reason, hash },
    },
  });
  context.pins.committed(head);
  for (const loadId of loadIds) {
    // A load that came again is this run's attempt; that of the run which landed it is told already.
    const { load } = now.state;
    const run = load?.loadId === loadId ? load.run : loadId;
    await context.lake.recordAttempt({
      run,
      table: node.id,
      at: new Date().toISOString(),
      status: 'rejected',
      reason: run === loadId ? reason : `${sameContent(loadId)}: ${reason}`,
      code,
      contentHash: hash,
      requests: 0,
      bytes: 0,
    });
  }
  return loadIds;
}
