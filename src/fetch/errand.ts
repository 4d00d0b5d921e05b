import type { BodySink } from './body-sinks.js';
import type { HostBudget } from './host-budget.js';
import type { Patience } from './patience.js';

/** Dataset and portal in whose name something is asked. */
export interface FetchScope {
  readonly dataset: string;
  readonly portal: string;
}

export interface Errand<S extends BodySink> {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** More headers, asked for anew before each try: the rest of a body that was cut is asked for by its range. */
  readonly headersNow?: () => Readonly<Record<string, string>>;
  readonly body?: string;
  /** Statuses that are answers; every other one is a failure. */
  readonly accept: (status: number) => boolean;
  /** A sink for each try, asked only for accepted statuses. What it throws ends the try: `Passing` leads to another. */
  readonly sink: (status: number, headers: Readonly<Record<string, string>>) => S;
  /** Bytes of the body that the next try need not ask for. */
  readonly atHand?: () => number;
  /** Once aborted no try begins that has not begun; one under way is finished. */
  readonly drain?: AbortSignal;
}

/** An errand under way. */
export interface Trip<S extends BodySink> {
  readonly scope: FetchScope;
  readonly errand: Errand<S>;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  /** The host that was asked last, and its good answers to anybody when it was first asked or last failed here. */
  host?: { readonly budget: HostBudget; answersBefore: number };
  /** Bytes of the body that earlier tries had brought. */
  atHand: number;
  /** The proxy that the last request went through. */
  proxy?: string;
  /** Requests that were sent for it. */
  requests: number;
}
