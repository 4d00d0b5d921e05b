import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { DecodeHint, Expander, PageAnswer, RequestSpec } from '../sources/types.js';
import type { SpoolSink } from './body-sinks.js';
import { type BodyContext, fetchBody } from './fetch-body.js';
import { findKeptBody, type KeptBody, type Misfit } from './kept-body.js';
import { landBody } from './land-body.js';
import type { Ledger } from './ledger.js';
import { withoutParameters } from './pages/next-link.js';
import { readPageAnswer } from './pages/page-answer.js';
import { countEmpty, PageWatch } from './pages/page-watch.js';
import { bodyPath, openPartFolder } from './spool.js';
import type { FetchedPart, FetchProgress, PartFetch, SpoolFile } from './types.js';
import { pastWebPage } from './web-page.js';

export interface PartContext extends BodyContext {
  readonly ledger: Ledger;
  readonly spoolDir: string;
  /** The source's way to say which pages follow an answer. */
  readonly advance?: (
    expander: Expander,
    previous: RequestSpec,
    answer: PageAnswer,
  ) => readonly RequestSpec[];
  /** Names of query parameters that are added when a request is sent. */
  readonly secretParameters?: readonly string[];
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly signal: AbortSignal;
}

interface Landed {
  readonly request: RequestSpec;
  readonly file?: SpoolFile;
  readonly format?: DecodeHint['format'];
  readonly notModified?: boolean;
  readonly missing?: boolean;
}

/**
 * Brings the bodies of one part into the spool, all requests at once as far as the host's budget allows, those included
 * that only an earlier answer can name. The first failure stops the part's other requests.
 */
export async function fetchPart(context: PartContext, part: PartFetch): Promise<FetchedPart> {
  const run = new PartRun(context, part);
  const landed = await run.all();
  const files = landed.flatMap(({ file }) => (file ? [file] : []));
  const only = landed.length === 1 ? landed[0] : undefined;
  const format = landed.find((one) => one.request.expect === 'any' && one.format !== undefined)?.format;
  return {
    partId: part.partId,
    notModified: only?.notModified === true,
    missing: only?.missing === true,
    files,
    sha256: hashOf(files),
    validators: only?.file?.validators ?? (only?.notModified ? (part.validators ?? {}) : {}),
    decode: format === undefined ? part.decode : { ...part.decode, format },
    ...(run.totals.length > 0
      ? { totals: [run.totals[0]!, run.totals.at(-1)!] as const, records: run.records }
      : {}),
    requests: run.requestsSent,
    resumed: { saved: run.saved, confirmed: run.confirmed, misfits: Object.fromEntries(run.misfits) },
  };
}

class PartRun {
  requestsSent = 0;
  /** What the answers said the number of all rows is, in the order in which they came. */
  readonly totals: number[] = [];
  /** Records of the pages that were looked into. */
  records = 0;
  saved = 0;
  confirmed = 0;
  readonly misfits = new Map<Misfit, number>();
  readonly #context: PartContext;
  readonly #part: PartFetch;
  readonly #stop = new AbortController();
  readonly #planned: ReadonlySet<string>;
  readonly #asked = new Set<string>();
  readonly #pages: PageWatch;
  /** Request id → bytes of its newest try. */
  readonly #received = new Map<string, number>();
  #folder!: string;
  #bytes = 0;
  #done = 0;

  constructor(context: PartContext, part: PartFetch) {
    this.#context = context;
    this.#part = part;
    this.#planned = new Set(part.requests.map(({ id }) => id));
    this.#pages = new PageWatch(
      Math.max(part.expander?.maxPages ?? context.limits.maxPages, part.requests.length),
    );
    setMaxListeners(0, this.#stop.signal);
  }

  /** In the order of the request ids. */
  async all(): Promise<readonly Landed[]> {
    const { scope, spoolDir, signal, ledger } = this.#context;
    const stop = () => this.#stop.abort(signal.reason);
    if (signal.aborted) throw signal.reason;
    signal.addEventListener('abort', stop, { once: true });
    try {
      this.#folder = await openPartFolder(spoolDir, scope.dataset, this.#part.partId, this.#part.label);
      if (this.#part.fresh) await ledger.forget(this.#part.partId);
      const landed = await this.#start(this.#part.requests);
      return landed.sort((a, b) => (a.request.id < b.request.id ? -1 : 1));
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Settles only when every request has ended, so that nothing writes into the spool after a failure was reported. */
  async #start(requests: readonly RequestSpec[], empty = 0): Promise<Landed[]> {
    const fresh = requests.filter(({ id }) => !this.#asked.has(id));
    const results = await Promise.allSettled(
      fresh.map((request) =>
        this.#withFollowers(request, empty).catch((error) => {
          // What is under way when a run drains is finished, and kept for the next one.
          if (error !== this.#context.drain?.reason) this.#stop.abort(error);
          throw error;
        }),
      ),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw this.#stop.signal.reason ?? failed.reason;
    return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  }

  /** Pages that follow one by one are a loop, however many they are; those that an answer names together run at once. */
  async #withFollowers(first: RequestSpec, emptyBefore: number): Promise<Landed[]> {
    const all: Landed[] = [];
    let request = first;
    let empty = emptyBefore;
    for (;;) {
      this.#asked.add(request.id);
      this.#pages.ask(request);
      const landed = await this.#one(request);
      all.push(landed);
      const { expander } = this.#part;
      const begins = expander?.byKey === true || request.id === expander?.first;
      const leads = begins || !this.#planned.has(request.id);
      if (!landed.file) return all;
      if (!expander || !leads) {
        await this.#pages.landed(request, landed.file);
        return all;
      }
      const answer = await readPageAnswer(landed.file, landed.format!, expander.reads);
      await this.#pages.landed(request, landed.file, answer.rows);
      const total = expander.reads?.total === undefined ? undefined : answer.values[expander.reads.total];
      if (typeof total === 'number') this.totals.push(total);
      this.records += answer.rows;
      all[all.length - 1] = { ...landed, file: { ...landed.file, records: answer.rows } };
      const next = (this.#context.advance?.(expander, request, answer) ?? []).map((one) => ({
        ...one,
        url: this.#bare(one.url),
      }));
      if (next.length === 0) return all;
      empty = countEmpty(empty, answer.rows, next[0]!);
      if (next.length > 1) return [...all, ...(await this.#start(next, empty))];
      if (this.#asked.has(next[0]!.id)) return all;
      request = next[0]!;
    }
  }

  /** A portal that repeats our secret parameters in a link does not get them into plans and ledgers. */
  #bare(url: string): string {
    const { secretParameters = [] } = this.#context;
    return secretParameters.length === 0 ? url : withoutParameters(url, secretParameters);
  }

  async #one(request: RequestSpec): Promise<Landed> {
    const path = bodyPath(this.#folder, request.id);
    const kept = await this.#kept(request, path);
    if (kept?.certain) {
      this.saved += 1;
      this.#finished();
      return landedAgain(request, kept);
    }
    const { limits } = this.#context;
    const landed = await pastWebPage(() => this.#ask(request, path, kept), limits, this.#stop.signal);
    this.#finished();
    return landed;
  }

  async #kept(request: RequestSpec, path: string): Promise<KeptBody | undefined> {
    const kept = await findKeptBody(this.#context.ledger, this.#part, request, path);
    if (typeof kept !== 'string') return kept;
    this.#misfit(kept);
    return undefined;
  }

  #misfit(why: Misfit): void {
    this.misfits.set(why, (this.misfits.get(why) ?? 0) + 1);
  }

  /** @param kept A body that is used again if the server says that it has not changed. */
  async #ask(request: RequestSpec, path: string, kept: KeptBody | undefined): Promise<Landed> {
    const stored = request.conditional ? this.#part.validators : undefined;
    const answer = await fetchBody(this.#context, request, {
      path,
      known: kept?.file.validators ?? stored,
      watch: (sink) => this.#watched(request.id, sink),
      signal: this.#stop.signal,
    });
    this.requestsSent += answer.requests;
    if (answer.sink !== undefined) {
      const { sink, wireBytes, validators, next, framed, requests: tries } = answer;
      const link = next === undefined ? {} : { next: this.#bare(next) };
      const came = { wireBytes, validators, tries, framed, ...link };
      const landed = await landBody(this.#context.ledger, this.#part, request, sink, came);
      if (kept && kept.file.sha256 !== landed.file.sha256) this.#misfit('data changed');
      return { request, ...landed };
    }
    if (answer.status === 404) return { request, missing: true };
    if (kept === undefined) return { request, notModified: true };
    this.confirmed += 1;
    return landedAgain(request, kept, answer.requests);
  }

  /** Tells of the bytes while they come: at every block that the sink takes. */
  #watched(id: string, sink: SpoolSink): SpoolSink {
    sink.onBlock = () => {
      this.#bytes += sink.bytes - (this.#received.get(id) ?? 0);
      this.#received.set(id, sink.bytes);
      this.#report();
    };
    return sink;
  }

  #finished(): void {
    this.#done += 1;
    this.#report();
  }

  #report(): void {
    this.#context.onProgress?.({
      dataset: this.#context.scope.dataset,
      part: this.#part.label,
      bytes: this.#bytes,
      requestsDone: this.#done,
      requestsTotal: this.#asked.size,
    });
  }
}

function landedAgain(request: RequestSpec, { file, format }: KeptBody, tries = 0): Landed {
  return { request, file: { ...file, tries }, format };
}

/** Equal for equal bytes in equal order. */
function hashOf(files: readonly SpoolFile[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of files) hash.update(sha256);
  return hash.digest('hex');
}
