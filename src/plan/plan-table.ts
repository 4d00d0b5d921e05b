/** Decides for a silver table or a model whether it is built, and why. Pure. */
import type { ModelNode, SilverNode } from '../compile/types.js';
import type { ForeignVersion, TableState } from '../lakehouse/types.js';
import { batchDue } from './batches.js';
import { fingerprint, type InputVersions } from './fingerprint.js';
import { foreignWrites } from './foreign-writes.js';
import type { TablePlan } from './types.js';

export interface PlanTableOptions {
  readonly node: SilverNode | ModelNode;
  /** Of what is published under its name. */
  readonly state?: Pick<TableState, 'definitionHash' | 'fingerprint' | 'inputs' | 'batches'>;
  /** What is published under its name is of another kind than what it will be. */
  readonly was?: 'table' | 'view';
  /** What other programs wrote into it since. */
  readonly foreign?: readonly ForeignVersion[];
  /** Data versions of the inputs as they are now; an input without a version is left out. */
  readonly inputs: InputVersions;
  /** Inputs whose own plan is to run, or depends: what they will be is not known yet. */
  readonly undecided: readonly string[];
  readonly fullRefresh: boolean;
  /** `--since`: microbatch models build the batches of a time, whatever changed. */
  readonly since?: string;
  /** The moment of the run, in milliseconds since 1970. */
  readonly now: number;
}

/** `run` or `reuse` when everything is known, `depends` while an input is undecided. */
export function planTable(options: PlanTableOptions): TablePlan {
  const { node, state, inputs, undecided } = options;
  const stored = node.kind === 'silver' || node.materialized !== 'ephemeral';
  const plan = (action: TablePlan['action'], reason: string): TablePlan => ({
    id: node.id,
    kind: node.kind,
    action,
    reason,
  });
  const sure = stored ? certainReason(options) : undefined;
  if (sure !== undefined) return plan('run', sure);
  if (undecided.length > 0) {
    const names = undecided.map((id) => id.replace(/^(bronze|silver)\./, ''));
    return plan('depends', `if ${[...new Set(names)].slice(0, 3).join(' or ')} changes`);
  }
  if (!stored) return plan('reuse', 'ephemeral: read as part of what uses it, stored nowhere');
  if (state?.fingerprint === fingerprint(node.definitionHash, inputs))
    return plan('reuse', 'nothing changed');
  const moved = Object.keys(inputs).filter((id) => state?.inputs[id] !== inputs[id]);
  return plan('run', moved.length > 0 ? `${moved.join(', ')} changed` : 'its inputs changed');
}

/** Reasons that hold whatever the inputs turn out to be. */
function certainReason(options: PlanTableOptions): string | undefined {
  const { node, state, was, foreign, fullRefresh, since, now } = options;
  if (was !== undefined) return `it was a ${was} before`;
  if (state === undefined) return 'first build';
  const adds = node.kind === 'model' ? node.incrementalSpec : undefined;
  if (fullRefresh && adds?.fullRefresh !== false) return '--full-refresh';
  if (adds?.batches && since !== undefined) return `--since ${since}`;
  if (state.definitionHash !== node.definitionHash) {
    if (adds && adds.fullRefresh !== true)
      return 'its SQL or configuration changed; its rows of before stay, --full-refresh builds them anew';
    if (node.kind === 'silver') return 'its manifest or SQL changed';
    if (node.materialized === 'seed') return 'its file or configuration changed';
    return node.materialized === 'snapshot'
      ? 'its configuration changed'
      : 'its SQL or configuration changed';
  }
  const written = foreignWrites(foreign);
  if (written !== undefined) return written;
  // A view says the same at any time; what reads it counts its clock.
  if (node.kind === 'model' && node.neverReuse && node.materialized !== 'view')
    return 'its SQL reads the clock or chance';
  return adds?.batches && batchDue(state.batches?.until, now);
}
