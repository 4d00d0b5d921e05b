import type { NodeId } from '../compile/types.js';
import type { LastRun } from './artifacts.js';
import { tookLoadsBack } from './events.js';

export interface Unfinished {
  readonly id: NodeId;
  /**
   * `failed`, `skipped`, `cancelled`, `taken back` by a guard on silver, `not ended` where the run was killed, or
   * `a test skipped`: it ended well itself, and one of its tests waited for what did not.
   */
  readonly how: string;
}

const HOW: Readonly<Record<string, string>> = { error: 'failed', skipped: 'skipped', cancelled: 'cancelled' };

/** The nodes that a run was asked for and did not bring to a good end, in build order. */
export function unfinished({ invocation, ended }: LastRun): readonly Unfinished[] {
  const how = new Map<string, string | undefined>();
  const unpublished = new Map<string, string>();
  for (const { id, kind, status, of } of ended) {
    // Tests that ran after publishing are a result of their own, named after the node that they belong to.
    // Of tables and targets each is a result of its own, named after the node that they belong to.
    if (kind === 'publication') {
      if (of !== undefined && HOW[status] !== undefined) unpublished.set(of, 'not published');
      continue;
    }
    const node = kind === 'test' ? id.replace(/^tests of /, '') : id;
    if (kind !== 'test' || status === 'error') how.set(node, HOW[status]);
  }
  for (const { owner } of ended.flatMap(({ tests }) => tests.filter(({ afterFailure }) => afterFailure)))
    if (how.get(owner) === undefined) how.set(owner, 'a test skipped');
  for (const [id, left] of unpublished) if (how.get(id) === undefined) how.set(id, left);
  // Their bronze ended well and must be asked for again all the same, whoever had fetched it.
  const back = ended.filter(tookLoadsBack).map(({ id }) => id.replace(/^silver\./, 'bronze.'));
  for (const id of back) how.set(id, 'taken back');
  return [...new Set([...back, ...invocation.selected])].flatMap((id) => {
    const left = how.has(id) ? how.get(id) : 'not ended';
    return left === undefined ? [] : [{ id, how: left }];
  });
}
