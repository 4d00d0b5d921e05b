import { performance } from 'node:perf_hooks';
import type { Dispatcher } from 'undici';
import { BodyIntake } from './body-intake.js';
import type { BodySink } from './body-sinks.js';
import { Deadlines } from './deadlines.js';
import type { FetchLimits } from './limits.js';

/** One request to one server, ready to be written to the socket. */
export interface Outgoing {
  readonly target: URL;
  readonly method: 'GET' | 'POST' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Incoming<S extends BodySink> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Finished: every byte has been taken. */
  readonly sink: S;
  /** Bytes of the body on the wire, before decompression. */
  readonly wireBytes: number;
  /** Milliseconds from the request to the answer's headers, connecting included. */
  readonly headersMs: number;
}

/**
 * Sends one request and streams the answer into the sink that `sinkFor` picks when the headers are there. Undici checks
 * the length against Content-Length and the end of chunked bodies; a body that ends early rejects.
 */
export function exchange<S extends BodySink>(
  dispatcher: Dispatcher,
  outgoing: Outgoing,
  limits: FetchLimits,
  signal: AbortSignal,
  sinkFor: (status: number, headers: Readonly<Record<string, string>>) => S,
): Promise<Incoming<S>> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let controller: Dispatcher.DispatchController | undefined;
    let intake: BodyIntake | undefined;
    let taker: S | undefined;
    let cause: Error | undefined;
    let received = false;
    const started = performance.now();

    const settle = (then: () => void) => {
      deadlines.clear();
      signal.removeEventListener('abort', onAbort);
      then();
    };
    /** Rejects when the sink has let go of its file, so that the next try may write it anew. */
    const fail = (error: Error) => {
      const end = () => settle(() => reject(cause ?? error));
      if (taker === undefined || taker.closed) end();
      else taker.once('close', end);
      intake?.destroy(error);
    };
    /** Ends the exchange from our side. Undici reports back only while the response is still under way. */
    const stop = (reason: Error) => {
      cause ??= reason;
      if (controller && !received) controller.abort(cause);
      else fail(cause);
    };
    const onAbort = () => stop(signal.reason);
    const deadlines = new Deadlines(limits, stop);
    signal.addEventListener('abort', onAbort, { once: true });

    const { target } = outgoing;
    dispatcher.dispatch(
      {
        origin: target.origin,
        path: target.pathname + target.search,
        method: outgoing.method,
        headers: { ...outgoing.headers },
        body: outgoing.body,
        headersTimeout: limits.headersMs,
        bodyTimeout: limits.idleBodyMs,
      },
      {
        onRequestStart(control) {
          controller = control;
          if (cause) control.abort(cause);
        },
        onResponseStart(control, status, rawHeaders) {
          if (status < 200) return;
          const headersMs = performance.now() - started;
          deadlines.body();
          const headers = flat(rawHeaders);
          const sink = sinkFor(status, headers);
          taker = sink;
          const taking = new BodyIntake(headers['content-encoding'], sink, limits);
          intake = taking;
          taking.on('error', stop);
          taking.on('drain', () => {
            deadlines.paused(false);
            control.resume();
          });
          taking.on('finish', () =>
            settle(() => resolve({ status, headers, sink, wireBytes: taking.wireBytes, headersMs })),
          );
        },
        onResponseData(control, chunk) {
          deadlines.received(chunk.length);
          if (intake!.write(chunk)) return;
          deadlines.paused(true);
          control.pause();
        },
        onResponseEnd() {
          received = true;
          intake!.end();
        },
        onResponseError(_started, error) {
          fail(error);
        },
      },
    );
  });
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const single: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return single;
}
