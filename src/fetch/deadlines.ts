import type { FetchLimits } from './limits.js';

/** One of the deadlines passed. */
export class DeadlineError extends Error {
  readonly code = 'LAKE_DEADLINE';
}

/**
 * The clocks of one exchange beside those of the socket: its headers as a whole, its body as a whole, and a least speed
 * of the body, judged window by window. Silence is the socket's affair; these end what drips (fault F6).
 */
export class Deadlines {
  readonly #limits: FetchLimits;
  readonly #stop: (reason: Error) => void;
  readonly #total: NodeJS.Timeout;
  #headers: NodeJS.Timeout | undefined;
  #window: NodeJS.Timeout | undefined;
  #bytes = 0;
  /** We let the server wait at some time of this window: its speed says nothing. */
  #waited = false;
  #waiting = false;

  /** @param stop Called at most once for each clock, with what passed. */
  constructor(limits: FetchLimits, stop: (reason: Error) => void) {
    this.#limits = limits;
    this.#stop = stop;
    this.#total = setTimeout(() => {
      stop(new DeadlineError(`not finished after ${limits.totalMs / 1000} s`));
    }, limits.totalMs);
    const headersMs = limits.connectMs + limits.headersMs;
    this.#headers = setTimeout(() => {
      stop(new DeadlineError(`headers not complete after ${headersMs / 1000} s`));
    }, headersMs);
  }

  /** The headers are there, the body begins. */
  body(): void {
    clearTimeout(this.#headers);
    const { slowWindowMs, minBytesPerSecond } = this.#limits;
    this.#window = setInterval(() => {
      const speed = (this.#bytes * 1000) / slowWindowMs;
      if (!this.#waited && speed < minBytesPerSecond) {
        this.#stop(new DeadlineError(`${Math.round(speed)} bytes a second for ${slowWindowMs / 1000} s`));
      }
      this.#bytes = 0;
      this.#waited = this.#waiting;
    }, slowWindowMs);
  }

  received(bytes: number): void {
    this.#bytes += bytes;
  }

  /** From now on it is us that the server waits for, or no longer. */
  paused(waiting: boolean): void {
    this.#waiting = waiting;
    this.#waited ||= waiting;
  }

  clear(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#headers);
    clearInterval(this.#window);
  }
}
