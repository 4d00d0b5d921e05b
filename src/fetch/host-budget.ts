import { performance } from 'node:perf_hooks';
import { AdaptiveLimit } from './adaptive-limit.js';

export interface BudgetSettings {
  /** Requests in flight at once, at most. */
  readonly concurrency: number;
  /** Requests started a second; undefined for no limit. */
  readonly rate?: number;
}

/** One request's place among those under way. */
export interface Slot {
  /** When it was given, in milliseconds of `performance.now()`. */
  readonly since: number;
  /** Gives it back; more than once does no harm. */
  release(): void;
}

/**
 * Most requests that go before one that is tried again. Some must, to show whether the host serves others; how many is
 * left to chance, or the same request would meet the same moment of a host's rhythm each time.
 */
const othersFirst = 10;

/**
 * What one host is asked for at once, shared by every dataset of the run: slots whose number adapts, a rate, and pauses
 * that the host asked for. It also remembers whether the host answers at all.
 */
export class HostBudget {
  /** Good answers so far. A request that failed can tell whether the host served others meanwhile. */
  answers = 0;
  readonly #rate: number | undefined;
  readonly #limit: AdaptiveLimit;
  readonly #queue: ((slot: Slot) => void)[] = [];
  #active = 0;
  #pausedUntil = 0;
  #nextStart = 0;
  #timer: NodeJS.Timeout | undefined;
  #overloads = 0;
  #down: { readonly reason: string; readonly until: number } | undefined;

  constructor(settings: BudgetSettings) {
    this.#rate = settings.rate;
    this.#limit = new AdaptiveLimit(settings.concurrency);
  }

  /** Requests that may be under way now. */
  get concurrency(): number {
    return this.#limit.value;
  }

  /**
   * Waits for a slot: first come, first served, but a request that is tried `again` lets only a few others pass. Rejects
   * with the signal's reason when that aborts first.
   */
  acquire(signal: AbortSignal, again = false): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        const at = this.#queue.indexOf(start);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(signal.reason);
      };
      const start = (slot: Slot) => {
        signal.removeEventListener('abort', leave);
        resolve(slot);
      };
      signal.addEventListener('abort', leave, { once: true });
      const place = again ? Math.ceil(Math.random() * othersFirst) : this.#queue.length;
      this.#queue.splice(place, 0, start);
      this.#pump();
    });
  }

  /** The host gave a good answer: it serves, and may be asked for a little more. */
  answered(slot: Slot, headersMs: number, address: string): void {
    this.answers += 1;
    this.#overloads = 0;
    this.#down = undefined;
    this.#limit.answered(slot.since, headersMs, address, performance.now());
  }

  /** The host says that it is asked for too much. Returns how often it said so in a row, those at one time counted once. */
  overloaded(slot: Slot): number {
    if (this.#limit.overloaded(slot.since, performance.now())) this.#overloads += 1;
    return Math.max(1, this.#overloads);
  }

  /** Nobody starts a request for this many milliseconds. Pauses overlap, they do not add up. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms);
  }

  /** A request used up all of its tries while the host answered nobody: the others need not find out for themselves. */
  giveUp(reason: string, ms: number): void {
    this.#down = { reason, until: performance.now() + ms };
  }

  /** Given up, and no answer since. `refused` while nobody should even try. */
  get down(): { readonly reason: string; readonly refused: boolean } | undefined {
    return this.#down && { reason: this.#down.reason, refused: performance.now() < this.#down.until };
  }

  #slot(since: number): Slot {
    let held = true;
    return {
      since,
      release: () => {
        if (!held) return;
        held = false;
        this.#active -= 1;
        this.#pump();
      },
    };
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#active < this.#limit.value) {
      const now = performance.now();
      const ready = Math.max(this.#pausedUntil, this.#nextStart);
      if (ready > now) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#pump();
        }, ready - now);
        return;
      }
      if (this.#rate !== undefined) this.#nextStart = now + 1000 / this.#rate;
      this.#active += 1;
      this.#queue.shift()!(this.#slot(now));
    }
  }
}
