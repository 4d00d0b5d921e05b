/** `--since --until --by`, for the commands that fetch. */
import { type Command, Option } from 'commander';
import { LakeError } from '../../errors/lake-error.js';
import type { RunFlags } from '../../run/context.js';

type Backfill = NonNullable<RunFlags['backfill']>;

export interface BackfillOptions {
  readonly since?: string;
  readonly until?: string;
  readonly by?: Backfill['by'];
}

export function backfillOptions(command: Command): Command {
  return command
    .option(
      '--since <date>',
      'fetch only rows whose cursor is at or after this date (mode append or upsert); microbatch models: only the batches from it',
    )
    .option('--until <date>', 'and before this one; without it: until now')
    .addOption(
      new Option('--by <unit>', 'in stretches of this length, fetched in parallel').choices([
        'day',
        'week',
        'month',
        'year',
      ]),
    );
}

/** @throws LakeError LK7020 where they do not make a time together. */
export function readBackfill({ since, until, by }: BackfillOptions): Backfill | undefined {
  if (since === undefined) {
    const alone = until !== undefined ? '--until' : by !== undefined ? '--by' : undefined;
    if (alone === undefined) return undefined;
    throw new LakeError('LK7020', `${alone} needs --since`, { hint: 'say from when: --since 2024-01-01' });
  }
  return { since, until, by };
}
