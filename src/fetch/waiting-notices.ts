import { performance } from 'node:perf_hooks';
import type { FetchNotice } from './types.js';

/**
 * Tells of waits once for each host and wait: a thousand requests that stand before the same pause are one piece of news.
 * A request that was told of and waits anew is another.
 */
export class WaitingNotices {
  readonly #tell: ((notice: FetchNotice) => void) | undefined;
  readonly #told = new Map<string, { readonly url: string; readonly until: number }>();

  constructor(tell: ((notice: FetchNotice) => void) | undefined) {
    this.#tell = tell;
  }

  wait(notice: FetchNotice): void {
    const { host, url, waitMs } = notice;
    const now = performance.now();
    const told = this.#told.get(host);
    if (told !== undefined && now < told.until && url !== told.url) return;
    this.#told.set(host, { url, until: now + waitMs });
    this.#tell?.(notice);
  }
}
