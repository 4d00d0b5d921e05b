/**
 * Tasks share a process and its memory. One that fails where that may be a neighbour's fault is done again with nobody beside it:
 * then only the one that is too much for the process fails.
 */
import { LakeError } from '../errors/lake-error.js';

interface Stay {
  /** Whether another task ran at any time meanwhile. */
  crowded: boolean;
}

export class Neighbours {
  readonly #running = new Set<Stay>();
  #waiting: (() => void)[] = [];
  /** Settles once nobody runs alone, or wants to; undefined where nobody does. */
  #alone: Promise<void> | undefined;

  /** @param job Can be done a second time from its beginning. */
  async run<Result>(job: () => Promise<Result>): Promise<Result> {
    while (this.#alone) await this.#alone;
    const stay: Stay = { crowded: this.#running.size > 0 };
    for (const other of this.#running) other.crowded = true;
    this.#running.add(stay);
    try {
      return await job();
    } catch (error) {
      if (!stay.crowded || !mayBeOfAnother(error)) throw error;
    } finally {
      this.#running.delete(stay);
      if (this.#running.size === 0) for (const wake of this.#waiting.splice(0)) wake();
    }
    return this.#runAlone(job);
  }

  async #runAlone<Result>(job: () => Promise<Result>): Promise<Result> {
    const before = this.#alone;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const all = Promise.all([before, ended]).then(() => undefined);
    this.#alone = all;
    await before;
    while (this.#running.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await job();
    } finally {
      if (this.#alone === all) this.#alone = undefined;
      end();
    }
  }
}

/** The process died under it, or the memory that all share was used up. */
export function mayBeOfAnother(error: unknown): boolean {
  if (!(error instanceof LakeError)) return false;
  return error.code === 'LK5002' || (error.code === 'LK5003' && error.details['type'] === 'Out of Memory');
}
