import type { FetchLimits } from './limits.js';

/** What a failed try tells about whether to try again. */
export interface FailedTry {
  /** The host paces: 429, 503, or a 403 that is a rate limit. */
  readonly paced: boolean;
  /** The host answered another request well since this one's try before. */
  readonly hostServes: boolean;
  /** The host was given up before: its next silence is believed at once. */
  readonly hostWasDown: boolean;
  /** The body broke off further on than before, and the next try asks for the rest only. */
  readonly cameFurther: boolean;
}

/**
 * How long one request is tried. Every failed try counts, with two exceptions: where the host paces its clients and serves
 * others meanwhile, waiting longer is all that is asked; and a body that comes piece by piece comes. Three bounds end the story in any case:
 * `attempts` tries that count, `maxTries` tries of any kind, and `sequenceMs` spent on tries and waits.
 */
export class Patience {
  /** The number of the try that counts, from 1. */
  attempt = 1;
  /** All tries so far, the current one included. */
  tries = 1;
  readonly #limits: FetchLimits;
  #spentMs = 0;

  constructor(limits: FetchLimits) {
    this.#limits = limits;
  }

  /** Time that went into a try or a wait; standing in the queue of a host does not count. */
  spend(ms: number): void {
    this.#spentMs += ms;
  }

  /** Notes the failure; false when it was the last. */
  goesOn({ paced, hostServes, hostWasDown, cameFurther }: FailedTry): boolean {
    const { attempts, maxTries, sequenceMs } = this.#limits;
    const counts = !(paced && hostServes) && !cameFurther;
    if (counts && (hostWasDown || this.attempt >= attempts)) return false;
    if (this.tries >= maxTries || this.#spentMs >= sequenceMs) return false;
    if (counts) this.attempt += 1;
    this.tries += 1;
    return true;
  }
}
