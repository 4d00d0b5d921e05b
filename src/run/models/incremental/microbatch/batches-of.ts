/** Which batches of a microbatch model a run builds: the plan says them, the build makes them. */
import { beginMoment } from '../../../../compile/nodes/incremental.js';
import type { BatchSize, ModelNode } from '../../../../compile/types.js';
import { LakeError } from '../../../../errors/lake-error.js';
import { dateOf } from '../../../../observe/stretches.js';
import type { Backfill } from '../../../../observe/types.js';
import { batchName, type TimeBatch, timeBatches } from '../../../../plan/batches.js';

/** More than this are a mistake in `begin` or `batch_size`. */
const MOST_BATCHES = 20_000;

export interface BatchQuestion {
  /** End of the newest batch that the table has, ISO 8601; undefined where it is built anew. */
  readonly until?: string;
  /** `--since`: the table gets the batches of this time and, where it is not there or built anew, no others, as in dbt. */
  readonly backfill?: Pick<Backfill, 'since' | 'until'>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** @throws LakeError LK4053 where there are none, or too many. */
export function batchesOf(
  node: ModelNode,
  { until, backfill: asked, now }: BatchQuestion,
): readonly TimeBatch[] {
  const batches = node.incrementalSpec!.batches!;
  const begin = beginMoment(batches.begin);
  const found = timeBatches({
    batches,
    begin,
    now,
    ...(until !== undefined && { until: Date.parse(until) }),
    ...(asked && {
      asked: {
        start: dateOf(asked.since).getTime(),
        end: asked.until === undefined ? now + 1 : dateOf(asked.until).getTime(),
      },
    }),
  });
  if (found.length === 0 && asked) {
    throw new LakeError('LK4053', `${node.id} has no batch between --since and --until`, {
      hint: `its batches reach from ${batches.begin} to now`,
    });
  }
  if (found.length === 0) {
    throw new LakeError('LK4053', `${node.id}: begin is ${batches.begin}, which has not come yet`, {
      hint: 'Set begin to a time in the past: nothing is older than it',
    });
  }
  if (found.length <= MOST_BATCHES) return found;
  throw new LakeError(
    'LK4053',
    `${node.id}: from ${batches.begin} to now there are ${found.length.toLocaleString('en')} batches of one ${batches.size}`,
    {
      hint: `Choose a later begin, or a larger batch_size: at most ${MOST_BATCHES.toLocaleString('en')} are built`,
    },
  );
}

/** `3 batches from 2026-01-01 to 2026-01-03, 1 of them from the run before`. */
export function inWords(batches: readonly TimeBatch[], size: BatchSize, reused = 0): string {
  const [first, last] = [batches[0]!, batches.at(-1)!].map((batch) => batchName(batch, size));
  const kept = reused === 0 ? '' : `, ${reused} of them kept from the run before`;
  return batches.length === 1
    ? `the batch ${first}${kept}`
    : `${batches.length} batches from ${first} to ${last}${kept}`;
}
