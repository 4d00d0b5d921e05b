/** Notices pages that lead nowhere: repeated, empty without end, or more than anybody asked for (faults F14, B29). */
import { LakeError } from '../../errors/lake-error.js';
import type { RequestSpec } from '../../sources/types.js';
import type { SpoolFile } from '../types.js';
import { scanCsv } from './scan-csv.js';

/** Empty pages in a row after which nobody believes in more rows. */
const mostEmptyPages = 10;

/** Watches the pages of one part while they are asked for. */
export class PageWatch {
  readonly #mostPages: number;
  readonly #asked = new Set<string>();
  /** Hash of a body → the request that brought it first. */
  readonly #bodies = new Map<string, RequestSpec>();

  constructor(mostPages: number) {
    this.#mostPages = mostPages;
  }

  /** @throws LakeError LK3131 for a page that was asked for before, LK3132 beyond the limit. */
  ask(request: RequestSpec): void {
    const { url, method, body = '' } = request;
    const identity = `${method} ${url}\n${body}`;
    if (this.#asked.has(identity)) {
      throw new LakeError('LK3131', `The pages go round in a circle: ${url} leads back to itself`, {
        hint: 'The portal does not page as it should; nothing of this load was kept',
        details: { url },
      });
    }
    this.#asked.add(identity);
    if (this.#asked.size > this.#mostPages) {
      const most = this.#mostPages.toLocaleString('en');
      throw new LakeError('LK3132', `There are more than ${most} pages, the last one asked for was ${url}`, {
        hint: 'Ask for larger pages, or raise `pages: {max_pages:}` in the manifest if there are really so many',
        details: { url, limit: this.#mostPages },
      });
    }
  }

  /**
   * A portal that ignores where a page starts sends one page again and again; pages without rows may well be equal.
   * @throws LakeError LK3119
   */
  async landed(request: RequestSpec, file: SpoolFile, rows?: number): Promise<void> {
    if (request.offset === undefined) return;
    const other = this.#bodies.get(file.sha256);
    this.#bodies.set(file.sha256, request);
    if (!other || (rows ?? (request.expect === 'csv' ? (await scanCsv(file.path)).records : 1)) === 0) return;
    const [from, to] = [other.offset!, request.offset].sort((a, b) => a - b);
    throw new LakeError('LK3119', `The portal sent the same page for rows from ${from} and from ${to}`, {
      hint: 'The portal does not page as it should; nothing of this load was kept',
      details: { urls: [other.url, request.url] },
    });
  }
}

/**
 * Counts empty pages in a row, of which one may be followed by more.
 * @throws LakeError LK3131 when they do not end.
 */
export function countEmpty(before: number, rows: number, next: RequestSpec): number {
  const empty = rows === 0 ? before + 1 : 0;
  if (empty < mostEmptyPages) return empty;
  throw new LakeError(
    'LK3131',
    `${empty} pages in a row were empty, and the portal names a next one: ${next.url}`,
    {
      hint: 'The portal does not page as it should; nothing of this load was kept',
      details: { url: next.url },
    },
  );
}
