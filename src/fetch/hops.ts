import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';
import { LakeError } from '../errors/lake-error.js';
import type { Portal, Secrets } from '../project/types.js';
import { type BodySink, MemorySink } from './body-sinks.js';
import { acceptEncoding } from './decoders.js';
import { Dispatchers } from './dispatchers.js';
import type { Errand, FetchScope, Trip } from './errand.js';
import { exchange, type Incoming } from './exchange.js';
import { type Access, isPassingStatus, Passing, proxyRefusal, statusReason } from './failure.js';
import type { HostBudget, Slot } from './host-budget.js';
import { HostBudgets } from './host-budgets.js';
import type { FetchLimits } from './limits.js';
import { limitsOf } from './portal-limits.js';
import { isLoopback } from './proxy-env.js';
import { backoffMs, rateLimitResetMs, retryAfterMs } from './retry-wait.js';
import { Router } from './route.js';

export interface HopOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly lookup?: LookupFunction;
  readonly portals: Readonly<Record<string, Portal>>;
  readonly tokens: Readonly<Record<string, string>>;
  readonly credentials?: Secrets['credentials'];
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
    this.#budgets = new HostBudgets(options.portals);
    this.#dispatchers = new Dispatchers({
      env: process.env,
      connections: this.#budgets.mostAtOnce,
      ...options,
    });
  }

  /** What is sent along to an address, in words. */
  access(url: URL, scope: FetchScope): Access {
    return this.#router.access(url, scope);
  }

  /**
   * @throws Passing for a status that may pass; a host that asked for a pause is paused before its slot is given back.
   * @throws LakeError LK3101 for a host that has been given up a moment ago.
   */
  async send<S extends BodySink>(
    trip: Trip<S>,
    url: URL,
    method: Errand<S>['method'],
    body: string | undefined,
  ): Promise<Incoming<S | MemorySink>> {
    const { errand, scope, signal } = trip;
    const route = this.#router.route(url, scope);
    const { dispatcher, proxy } = await this.#dispatchers.for(route.trust, route.target);
    trip.proxy = proxy;
    const budget = this.#budgets.of(url.host, scope.portal);
    const slot = await budget.acquire(untilDrained(signal, errand.drain), trip.patience.tries > 1);
    if (trip.host?.budget !== budget) trip.host = { budget, answersBefore: budget.answers };
    try {
      if (budget.down?.refused) throw givenUp(url, budget.down.reason);
      this.sent += 1;
      trip.requests += 1;
      const headers = {
        'user-agent': 'lake',
        accept: '*/*',
        // Compression saves nothing between two processes of one machine.
        'accept-encoding': isLoopback(route.target) ? 'identity' : acceptEncoding,
        ...errand.headers,
        ...errand.headersNow?.(),
        ...route.headers,
      };
      const answer = await exchange<S | MemorySink>(
        dispatcher,
        { target: route.target, method, headers, body },
        limitsOf(this.#options.limits, this.#options.portals[scope.portal]),
        signal,
        (status, got) =>
          errand.accept(status) ? errand.sink(status, got) : new MemorySink(errorBodyBytes, true),
      );
      if (answer.status === 407) throw proxyRefusal(407, proxy);
      if (isPassingStatus(answer.status, answer.headers)) throw this.#passing(url.host, budget, slot, answer);
      budget.answered(slot, answer.headersMs, url.pathname);
      this.#holdBack(budget, answer.headers);
      return answer;
    } catch (error) {
      if ((error as { code?: string }).code === 'UND_ERR_HEADERS_TIMEOUT') budget.overloaded(slot);
      throw error;
    } finally {
      trip.patience.spend(performance.now() - slot.since);
      slot.release();
    }
  }

  close(): Promise<void> {
    return this.#dispatchers.close();
  }

  #passing(
    host: string,
    budget: HostBudget,
    slot: Slot,
    { status, headers, sink }: Incoming<BodySink>,
  ): Passing {
    const { limits } = this.#options;
    const reason = statusReason(status, textOf(sink));
    const now = Date.now();
    const limited = status === 429 || status === 403;
    const paced = limited || status === 503;
    const overloads = paced ? budget.overloaded(slot) : 0;
    const asked =
      retryAfterMs(headers['retry-after'], now, limits) ??
      (limited ? rateLimitResetMs(headers, now, limits) : undefined);
    if (asked === undefined && !limited) return new Passing(reason, { paced });
    const ms = asked ?? backoffMs(overloads, limits);
    budget.pause(ms);
    return new Passing(reason, { paced, pause: { host, ms } });
  }

  /** A good answer that was the last one for now: the next request waits instead of being refused. */
  #holdBack(budget: HostBudget, headers: Readonly<Record<string, string>>): void {
    const left = headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining'];
    if (left?.trim() !== '0') return;
    const ms = rateLimitResetMs(headers, Date.now(), this.#options.limits);
    if (ms !== undefined) budget.pause(ms);
  }
}

/** What a request meets whose host left another one without any answer. */
function givenUp(url: URL, reason: string): LakeError {
  return new LakeError('LK3101', `Could not fetch ${url.href}: ${reason}`, {
    hint: 'The portal may be down or busy: run the same command again',
    transient: true,
    details: { url: url.href, cause: reason },
  });
}

/** What a try that has not begun waits with: it gives up when the run drains. */
export function untilDrained(signal: AbortSignal, drain: AbortSignal | undefined): AbortSignal {
  return drain === undefined ? signal : AbortSignal.any([signal, drain]);
}

/** The text of a small body; nothing for one that went to the spool. */
export function textOf(sink: BodySink): string {
  return sink instanceof MemorySink ? sink.text : '';
}
