/**
 * Whether the holder of a lease still works. A process of this host can be asked for; of any other its heartbeats are
 * watched by this machine's own steady clock: clocks of two machines are never compared to decide that a holder is dead.
 */
import { processOf, type StoredLease } from './lease.js';

/** Milliseconds. */
export interface LeaseTiming {
  /** A lease whose heart has not beaten for so long, watched from here, is over. */
  readonly lease: number;
  readonly heartbeat: number;
  /** Between two looks at a lease that somebody holds. */
  readonly poll: number;
}

export const TIMING: LeaseTiming = { lease: 60_000, heartbeat: 10_000, poll: 250 };

/** `unsure`: it may be dead, and has not been watched for long enough. */
export type Holding = 'held' | 'unsure' | 'over';

export class LeaseWatch {
  readonly #timing: LeaseTiming;
  /** Lease → its last beat that was seen, and when it was first seen. */
  readonly #seen = new Map<number, { readonly beat: string; readonly at: number }>();

  constructor(timing: LeaseTiming) {
    this.#timing = timing;
  }

  judge({ number, lease }: StoredLease): Holding {
    if (lease.released) return 'over';
    const process = processOf(lease);
    if (process !== 'elsewhere') return process === 'alive' ? 'held' : 'over';
    const beat = `${lease.run} ${lease.beat}`;
    const seen = this.#seen.get(number);
    if (seen?.beat !== beat) {
      this.#seen.set(number, { beat, at: performance.now() });
      if (seen !== undefined) return 'held';
    } else if (performance.now() - seen.at >= this.#timing.lease) return 'over';
    // A first guess, so that who need not wait is told at once; what it leaves open is watched.
    const late = Math.abs(Date.now() - Date.parse(lease.heartbeat)) >= this.#timing.lease;
    return late ? 'unsure' : 'held';
  }
}
