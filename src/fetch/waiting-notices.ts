import { performance } from 'node:perf_hooks';
import type { FetchNotice } from './types.js';

/** Tells of waits once for each host and wait: a thousand requests that stand before the same pause are one piece of news. */
export class WaitingNotices {
  readonly #tell: ((notice: FetchNotice) => void) | undefined;
  readonly #toldUntil = new Map<string, number>();

  constructor(tell: ((notice: FetchNotice) => void) | undefined) {
    this.#tell = tell;
  }

  wait(notice: FetchNotice): void {
    const now = performance.now();
    if (now < (this.#toldUntil.get(notice.host) ?? 0)) return;
    this.#toldUntil.set(notice.host, now + notice.waitMs);
    this.#tell?.(notice);
  }
}
