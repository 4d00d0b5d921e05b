/** Answers of one address that are compared with each other. */
const window = 8;
/** Addresses whose answers are remembered; the files of a `for_each` are asked once each and tell nothing. */
const maxAddresses = 256;
/** How much slower is clearly slower: this many times, and by this many milliseconds at least. */
const risingFactor = 3;
const risingMs = 1000;

interface Times {
  readonly recent: number[];
  /** The lowest median so far, in milliseconds; raised when a rise was answered, so that it is answered once. */
  reference: number;
}

/**
 * How many requests a host gets at once: additive increase, multiplicative decrease, as TCP does (RFC 5681 §3.1). A full
 * round of good answers allows one more, a sign of overload halves; never above `max`, never below 1. Answers to requests
 * that were sent before the last decrease say nothing new and do not halve again.
 */
export class AdaptiveLimit {
  readonly #max: number;
  readonly #times = new Map<string, Times>();
  #value: number;
  #decreasedAt = Number.NEGATIVE_INFINITY;

  constructor(max: number) {
    this.#max = Math.max(1, max);
    this.#value = this.#max;
  }

  /** Requests that may be under way now; a whole number. */
  get value(): number {
    return Math.floor(this.#value);
  }

  /**
   * @param sentAt When the request was sent, in milliseconds of any steady clock.
   * @param headersMs How long the answer's headers took.
   * @param address What is comparable: the address without its query.
   */
  answered(sentAt: number, headersMs: number, address: string, now: number): void {
    if (this.#isRising(address, headersMs)) this.overloaded(sentAt, now);
    else this.#value = Math.min(this.#max, this.#value + 1 / this.#value);
  }

  /** True when it counted: the first sign of overload since the last decrease. */
  overloaded(sentAt: number, now: number): boolean {
    if (sentAt <= this.#decreasedAt) return false;
    this.#decreasedAt = now;
    this.#value = Math.max(1, this.#value / 2);
    return true;
  }

  #isRising(address: string, headersMs: number): boolean {
    let times = this.#times.get(address);
    if (!times) {
      if (this.#times.size >= maxAddresses) return false;
      times = { recent: [], reference: Number.POSITIVE_INFINITY };
      this.#times.set(address, times);
    }
    times.recent.push(headersMs);
    if (times.recent.length < window) return false;
    const median = times.recent.toSorted((a, b) => a - b)[window / 2]!;
    times.recent.shift();
    if (median <= Math.max(times.reference * risingFactor, times.reference + risingMs)) {
      times.reference = Math.min(times.reference, median);
      return false;
    }
    times.reference = median;
    times.recent.length = 0;
    return true;
  }
}
