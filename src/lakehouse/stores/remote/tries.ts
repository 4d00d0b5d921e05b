/** Trying again: what may help, how long to wait, and when to give up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BucketError, isTransient } from './bucket-error.js';

/** Times in milliseconds. */
export interface RemoteLimits {
  /** Most tries of one request; a download or upload that got further starts counting anew. */
  readonly tries: number;
  /** Most tries where nobody answers at all. */
  readonly triesUnreachable: number;
  /** Longest of the first random wait; each further one may be twice as long. */
  readonly firstWait: number;
  readonly longestWait: number;
  /** A request without a body of its own, or with a small one, from its start to its answer. */
  readonly answer: number;
  /** Silence in the middle of a body. */
  readonly idle: number;
}

export const usualLimits: RemoteLimits = {
  tries: 6,
  triesUnreachable: 3,
  firstWait: 250,
  longestWait: 10_000,
  answer: 60_000,
  idle: 30_000,
};

/** After these an upload or download begins anew, so that getting further says nothing: another end is needed. */
const STARTS_OVER = ['session_lost', 'damaged', 'changed'];

/** What a piece of work may say of itself while it goes on. */
export interface Progress {
  /** It got further: failures before count no more. */
  further(): void;
}

/**
 * @param renew Gets new credentials: a token may have expired under way. Asked once, and again where the work got further since.
 * @throws BucketError of the last try.
 */
export async function withTries<T>(
  limits: RemoteLimits,
  work: (progress: Progress) => Promise<T>,
  renew: () => Promise<void>,
): Promise<T> {
  let failed = 0;
  let startedOver = 0;
  let renewed = false;
  const progress: Progress = {
    further() {
      failed = 0;
      renewed = false;
    },
  };
  for (;;) {
    try {
      return await work(progress);
    } catch (error) {
      if (!(error instanceof BucketError)) throw error;
      failed += 1;
      if (STARTS_OVER.includes(error.kind)) startedOver += 1;
      if (error.kind === 'refused' && !renewed) {
        renewed = true;
        await renew();
      } else if (!isTransient(error)) throw error;
      const most = error.kind === 'unreachable' ? limits.triesUnreachable : limits.tries;
      if (failed >= most || startedOver >= limits.tries) throw error;
      await sleep(waitBefore(failed, error, limits));
    }
  }
}

/** Random, so that those who were turned away together do not come back together. */
function waitBefore(failed: number, error: BucketError, limits: RemoteLimits): number {
  const most = Math.min(limits.longestWait, limits.firstWait * 2 ** (failed - 1));
  return Math.max(Math.min(error.waitMs ?? 0, limits.longestWait), Math.random() * most);
}

/** Fails where nothing has come after so long. What goes on behind it is left to its own end. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BucketError('broken', `no answer for ${milliseconds / 1000} s`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
