/** A portal that delivers again what a guard on silver refused last is not given another copy of it in the lake. */
import type { BronzeNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { LoadRecord, PartState, TableHead } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';
import { contentOfParts, sameContent } from './reject-loads.js';
import type { StagedLoad } from './stage-load.js';

/** The version of bronze in which the refused load was current, where the staged one is the same. */
export interface SameAsRejected {
  readonly head: TableHead;
  readonly load: LoadRecord;
}

/**
 * Whether what was staged are the same bytes in the same parts, read under the same `source:`, as the load that was taken
 * back last, while nothing was committed since. `--full-refresh` lands it anew in any case: its rows may be read otherwise
 * by another version of lake.
 *
 * @param parts The parts' state as it would be after the load.
 */
export async function sameAsRejected(
  { lake, pins, flags }: Pick<RunContext, 'lake' | 'pins' | 'flags'>,
  node: BronzeNode,
  staged: StagedLoad,
  parts: Readonly<Record<string, PartState>>,
): Promise<SameAsRejected | undefined> {
  const now = pins.head(node.id);
  const { rejected } = now?.state ?? {};
  if (!now || !rejected || flags.fullRefresh || flags.limit !== undefined) return undefined;
  if (staged.sweeps.length > 0 || (staged.without?.length ?? 0) > 0) return undefined;
  if (contentOfParts(parts) !== rejected.hash) return undefined;
  const head = await lake.at(node.id, now.version - 1).catch((error: unknown) => {
    // Old versions may have been cleaned up.
    if (error instanceof LakeError && error.code === 'LK6024') return undefined;
    throw error;
  });
  const load = head?.state.load;
  if (!head || !load || !rejected.loadIds.includes(load.loadId)) return undefined;
  const before = head.state.parts ?? {};
  const ids = Object.keys(parts);
  const isSame =
    head.state.sourceHash === node.sourceHash &&
    ids.length === Object.keys(before).length &&
    ids.every((id) => before[id]?.rows === parts[id]!.rows);
  return isSame ? { head, load } : undefined;
}

/** Its rows are current again, under their own load; what is known of the portal is what it said now. */
export async function takeAgain(
  context: Pick<RunContext, 'run' | 'lake' | 'pins' | 'startedAt'>,
  node: BronzeNode,
  { head, load }: SameAsRejected,
  parts: Readonly<Record<string, PartState>>,
  record: LoadRecord,
): Promise<TableHead> {
  const now = context.pins.head(node.id)!;
  const before = head.state.parts ?? {};
  const taken = await context.lake.commit({
    table: node.id,
    base: now.version,
    mode: 'state',
    dataVersion: head.state.dataVersion,
    columns: [],
    partitionBy: [],
    files: [],
    state: {
      ...head.state,
      run: context.run,
      inputs: Object.fromEntries(
        node.dependsOn.map((id) => [id, context.pins.head(id)?.state.dataVersion ?? -1]),
      ),
      rejected: undefined,
      load: { ...record, loadId: load.loadId, reason: sameContent(load.loadId) },
      parts: Object.fromEntries(
        Object.entries(parts).map(([id, part]) => {
          const { validators, fingerprint, count } = part;
          return [id, { ...before[id]!, validators, fingerprint, count }];
        }),
      ),
    },
  });
  context.pins.committed(taken);
  return taken;
}
