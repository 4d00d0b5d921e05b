import { performance } from 'node:perf_hooks';
import { LakeError } from '../errors/lake-error.js';
import { redactError } from '../errors/redact-error.js';
import type { Redactor } from '../errors/redactor.js';
import type { BodySink } from './body-sinks.js';
import type { Errand, FetchScope, Trip } from './errand.js';
import type { Incoming } from './exchange.js';
import { networkFailure, type Passing, refusedStatus } from './failure.js';

import { type HopOptions, Hops, textOf, untilDrained } from './hops.js';
import { Patience } from './patience.js';

import { isRedirect, redirectTarget } from './redirect.js';
import { backoffMs } from './retry-wait.js';
import { sleep } from './sleep.js';
import type { FetchNotice } from './types.js';
import { WaitingNotices } from './waiting-notices.js';

export interface Delivered<S extends BodySink> extends Incoming<S> {
  /** Requests that were sent: tries and redirects. */
  readonly requests: number;
}

export interface DeliveryOptions extends HopOptions {
  readonly redactor: Redactor;
  readonly onNotice?: (notice: FetchNotice) => void;
}

/** Gets one errand done: over redirects, with retries, in the budgets of the hosts that it leads to. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #hops: Hops;
  readonly #notices: WaitingNotices;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#notices = new WaitingNotices(options.onNotice);
    this.#hops = new Hops(options);
  }

  /** Requests sent so far. */
  get requestsMade(): number {
    return this.#hops.sent;
  }

  /**
   * @throws LakeError LK3101 (transient) when every try failed; LK3102 to LK3104 for a status that is no answer;
   * LK3112 to LK3118 for bodies and connections; LK3121 to LK3123 for addresses that may not be asked.
   */
  async deliver<S extends BodySink>(
    scope: FetchScope,
    errand: Errand<S>,
    signal: AbortSignal,
  ): Promise<Delivered<S>> {
    const started = performance.now();
    const { limits } = this.#options;
    const trip: Trip<S> = { scope, errand, signal, patience: new Patience(limits), atHand: 0, requests: 0 };
    for (;;) {
      try {
        const answer = await this.#follow(trip);
        return { ...answer, requests: trip.requests };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const failure = networkFailure(error, errand.url, trip.proxy);
        if (failure instanceof LakeError) throw redactError(failure, this.#options.redactor);
        if (errand.drain?.aborted) throw errand.drain.reason;
        await this.#again(trip, failure, started);
      }
    }
  }

  close(): Promise<void> {
    return this.#hops.close();
  }

  /** One try: the request and the redirects that it leads to, by hand, so that policy and secrets are judged at each hop. */
  async #follow<S extends BodySink>(trip: Trip<S>): Promise<Incoming<S>> {
    const { errand, scope } = trip;
    const { maxRedirects } = this.#options.limits;
    let url = new URL(errand.url);
    let { method, body } = errand;
    for (let hop = 0; ; hop += 1) {
      const answer = await this.#hops.send(trip, url, method, body);
      if (errand.accept(answer.status)) return answer as Incoming<S>;
      const location = answer.headers['location'];
      if (!isRedirect(answer.status) || location === undefined) {
        throw refusedStatus(answer.status, url.href, textOf(answer.sink), this.#hops.access(url, scope));
      }
      if (hop >= maxRedirects) {
        throw new LakeError('LK3123', `${errand.url} leads over more than ${maxRedirects} redirects`, {
          hint: 'The address may lead in a circle: open it in a browser, and write the one that it ends at into the manifest',
          details: { url: errand.url, last: url.href },
        });
      }
      url = redirectTarget(location, url);
      if (answer.status === 303 || (answer.status < 303 && method === 'POST')) {
        method = method === 'HEAD' ? 'HEAD' : 'GET';
        body = undefined;
      }
    }
  }

  /** Waits before the next try. @throws LakeError LK3101 when there is none. */
  async #again<S extends BodySink>(trip: Trip<S>, failure: Passing, started: number): Promise<void> {
    const { limits, redactor } = this.#options;
    const { scope, errand, patience, host, signal } = trip;
    const { attempt } = patience;
    const hostServes = host !== undefined && host.budget.answers > host.answersBefore;
    const hostWasDown = host?.budget.down !== undefined;
    const atHand = errand.atHand?.() ?? 0;
    const cameFurther = atHand > trip.atHand;
    trip.atHand = atHand;
    if (!patience.goesOn({ paced: failure.paced, hostServes, hostWasDown, cameFurther })) {
      if (failure.hostWide && !hostServes) host?.budget.giveUp(failure.message, limits.downMs);
      throw this.#exhausted(trip, started, failure);
    }
    if (host) host.answersBefore = host.budget.answers;
    const waitMs = Math.round(failure.pause?.ms ?? backoffMs(attempt, limits));
    this.#notices.wait({
      dataset: scope.dataset,
      host: failure.pause?.host ?? new URL(errand.url).host,
      url: redactor.text(errand.url),
      attempt,
      attempts: limits.attempts,
      counts: patience.attempt > attempt,
      waitMs,
      reason: redactor.text(failure.message),
    });
    patience.spend(waitMs);
    if (failure.pause === undefined) await sleep(waitMs, untilDrained(signal, errand.drain));
  }

  #exhausted<S extends BodySink>(
    { errand, patience }: Trip<S>,
    started: number,
    failure: Passing,
  ): LakeError {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const { tries } = patience;
    const attempts = `${tries} ${tries === 1 ? 'attempt' : 'attempts'}`;
    return redactError(
      new LakeError(
        'LK3101',
        `Could not fetch ${errand.url}: ${failure.message}; ${attempts} in ${seconds} s`,
        {
          hint: 'The portal may be down or busy: run the same command again',
          transient: true,
          details: { url: errand.url, attempts: tries, seconds: Number(seconds), cause: failure.message },
          cause: failure.cause,
        },
      ),
      this.#options.redactor,
    ) as LakeError;
  }
}
