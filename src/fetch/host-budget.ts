import { performance } from 'node:perf_hooks';
import type { Portal } from '../project/types.js';

export interface BudgetSettings {
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** Requests started a second; undefined for no limit. */
  readonly rate?: number;
}

interface Waiter {
  readonly start: () => void;
}

/** What one host is asked for at once, shared by every dataset of the run: slots, a rate, and pauses that the host asked for. */
export class HostBudget {
  readonly #settings: BudgetSettings;
  readonly #queue: Waiter[] = [];
  #active = 0;
  #pausedUntil = 0;
  #nextStart = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: BudgetSettings) {
    this.#settings = settings;
  }

  /** Waits for a slot and returns the function that gives it back. Rejects with the signal's reason when that aborts first. */
  acquire(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        const at = this.#queue.indexOf(waiter);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        start: () => {
          signal.removeEventListener('abort', leave);
          resolve(this.#release());
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.push(waiter);
      this.#pump();
    });
  }

  /** Nobody starts a request for this many milliseconds. Pauses overlap, they do not add up. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms);
  }

  #release(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#active -= 1;
      this.#pump();
    };
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#active < this.#settings.concurrency) {
      const now = performance.now();
      const ready = Math.max(this.#pausedUntil, this.#nextStart);
      if (ready > now) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#pump();
        }, ready - now);
        return;
      }
      if (this.#settings.rate !== undefined) this.#nextStart = now + 1000 / this.#settings.rate;
      this.#active += 1;
      this.#queue.shift()!.start();
    }
  }
}

/** For hosts that are asked in nobody's name. */
const otherHosts: BudgetSettings = { concurrency: 4 };

/**
 * One budget for each host of a run. A host that portals of the project name has the strictest of their settings; any
 * other has those of the portal in whose name it is first asked.
 */
export class HostBudgets {
  readonly #portals: Readonly<Record<string, Portal>>;
  readonly #budgets = new Map<string, HostBudget>();

  constructor(portals: Readonly<Record<string, Portal>>) {
    this.#portals = portals;
  }

  of(host: string, askingPortal: string): HostBudget {
    let budget = this.#budgets.get(host);
    if (!budget) {
      budget = new HostBudget(this.#settings(host, askingPortal));
      this.#budgets.set(host, budget);
    }
    return budget;
  }

  #settings(host: string, askingPortal: string): BudgetSettings {
    const owners = Object.values(this.#portals).filter(
      (portal) => URL.canParse(portal.url) && new URL(portal.url).host === host,
    );
    const judged: readonly BudgetSettings[] =
      owners.length > 0 ? owners : [this.#portals[askingPortal] ?? otherHosts];
    const rates = judged.flatMap(({ rate }) => (rate === undefined ? [] : [rate]));
    return {
      concurrency: Math.max(1, Math.min(...judged.map(({ concurrency }) => concurrency))),
      rate: rates.length > 0 ? Math.min(...rates) : undefined,
    };
  }
}
