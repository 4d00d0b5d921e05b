import type { Portal } from '../project/types.js';
import { type BudgetSettings, HostBudget } from './host-budget.js';

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

  /** Requests that any one host may get at once. */
  get mostAtOnce(): number {
    const declared = Object.values(this.#portals).map(({ concurrency }) => concurrency);
    return Math.max(otherHosts.concurrency, ...declared);
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
