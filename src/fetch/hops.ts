import type { Portal } from '../project/types.js';
import { type BodySink, MemorySink } from './body-sinks.js';
import { Dispatchers } from './dispatchers.js';
import type { Errand, Trip } from './errand.js';
import { exchange, type Incoming } from './exchange.js';
import { isPassingStatus, Passing, statusReason } from './failure.js';
import { type HostBudget, HostBudgets } from './host-budget.js';
import type { FetchLimits } from './limits.js';
import { backoffMs, retryAfterMs } from './retry-wait.js';
import { Router } from './route.js';

export interface HopOptions {
  readonly portals: Readonly<Record<string, Portal>>;
  readonly tokens: Readonly<Record<string, string>>;
  readonly allowedHosts: readonly string[];
  readonly originMap?: Readonly<Record<string, string>>;
  readonly limits: FetchLimits;
}

/** Bytes of an error's body that are read for its message. */
const errorBodyBytes = 64 * 1024;

/** Sends single requests: routed, within the budget of their host. */
export class Hops {
  /** Requests sent so far. */
  sent = 0;
  readonly #options: HopOptions;
  readonly #router: Router;
  readonly #dispatchers: Dispatchers;
  readonly #budgets: HostBudgets;

  constructor(options: HopOptions) {
    this.#options = options;
    this.#router = new Router(options);
    this.#dispatchers = new Dispatchers(options.limits);
    this.#budgets = new HostBudgets(options.portals);
  }

  /** @throws Passing for a status that may pass; a host that asked for a pause is paused before its slot is given back. */
  async send<S extends BodySink>(
    trip: Trip<S>,
    url: URL,
    method: Errand<S>['method'],
    body: string | undefined,
  ): Promise<Incoming<S | MemorySink>> {
    const { errand, scope, signal } = trip;
    const route = this.#router.route(url, scope.portal);
    const dispatcher = await this.#dispatchers.for(route.trust);
    const budget = this.#budgets.of(url.host, scope.portal);
    const release = await budget.acquire(untilDrained(signal, errand.drain));
    try {
      this.sent += 1;
      trip.requests += 1;
      const headers = {
        'user-agent': 'lake',
        accept: '*/*',
        'accept-encoding': isLoopback(route.target) ? 'identity' : 'gzip, br',
        ...errand.headers,
        ...errand.headersNow?.(),
        ...route.headers,
      };
      const answer = await exchange<S | MemorySink>(
        dispatcher,
        { target: route.target, method, headers, body },
        this.#options.limits,
        signal,
        (status, got) =>
          errand.accept(status) ? errand.sink(status, got) : new MemorySink(errorBodyBytes, true),
      );
      if (isPassingStatus(answer.status, answer.headers))
        throw this.#passing(url.host, budget, answer, trip.attempt);
      return answer;
    } finally {
      release();
    }
  }

  close(): Promise<void> {
    return this.#dispatchers.close();
  }

  #passing(
    host: string,
    budget: HostBudget,
    { status, headers, sink }: Incoming<BodySink>,
    attempt: number,
  ): Passing {
    const { limits } = this.#options;
    const reason = statusReason(status, textOf(sink));
    const now = Date.now();
    const limited = status === 429 || status === 403;
    const reset = limited ? Number(headers['x-ratelimit-reset']) * 1000 - now : 0;
    const asked =
      retryAfterMs(headers['retry-after'], now, limits) ??
      (reset > 0 ? Math.min(reset, limits.maxRetryAfterMs) : undefined);
    if (asked === undefined && !limited) return new Passing(reason);
    const ms = asked ?? backoffMs(attempt, limits);
    budget.pause(ms);
    return new Passing(reason, { pause: { host, ms } });
  }
}

/** What a try that has not begun waits with: it gives up when the run drains. */
export function untilDrained(signal: AbortSignal, drain: AbortSignal | undefined): AbortSignal {
  return drain === undefined ? signal : AbortSignal.any([signal, drain]);
}

/** The text of a small body; nothing for one that went to the spool. */
export function textOf(sink: BodySink): string {
  return sink instanceof MemorySink ? sink.text : '';
}

/** Compression saves nothing between two processes of one machine. */
function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || url.hostname.startsWith('127.');
}
