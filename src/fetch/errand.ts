import type { BodySink } from './body-sinks.js';

/** Dataset and portal in whose name something is asked. */
export interface FetchScope {
  readonly dataset: string;
  readonly portal: string;
}

export interface Errand<S extends BodySink> {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Statuses that are answers; every other one is a failure. */
  readonly accept: (status: number) => boolean;
  /** A fresh sink for each try, asked only for accepted statuses. */
  readonly sink: (status: number) => S;
}

/** An errand under way. */
export interface Trip<S extends BodySink> {
  readonly scope: FetchScope;
  readonly errand: Errand<S>;
  readonly signal: AbortSignal;
  /** Number of the try, from 1. */
  attempt: number;
  /** Requests that were sent for it. */
  requests: number;
}
