import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scanCsv } from '../../src/fetch/pages/scan-csv.js';
import type { FetchedPart, PartFetch } from '../../src/fetch/types.js';
import type { Dataset, Portal } from '../../src/project/types.js';
import { sourceFor } from '../../src/sources/index.js';
import type { Part, PartRequests, Probe, SourceContext } from '../../src/sources/types.js';
import type { Served } from '../fetch/serve.js';
import { failure, portal, scope, world } from '../fetch/world.js';

/** What a source must show, against a real server that speaks its protocol. */
export interface Subject {
  readonly type: Portal['type'];
  readonly portal?: Partial<Portal>;
  readonly dataset: (origin: string) => Dataset;
  /** The server with the dataset on it, and how it changes. */
  readonly serve: () => Promise<{
    readonly site: Served;
    readonly rows: number;
    readonly parts: number;
    readonly change: () => void;
  }>;
  /** A dataset of which the portal knows nothing, and what the user reads. */
  readonly missing: {
    readonly dataset: (origin: string) => Dataset;
    readonly code: string;
    readonly message: (origin: string) => string;
  };
  /** Nothing at the portal says whether it changed. */
  readonly alwaysRead?: boolean;
}

const secret = 'canary-0123456789';

export function sourceConformance(name: string, subject: Subject): void {
  const source = sourceFor(subject.type);

  async function open(dataset = subject.dataset) {
    const served = await subject.serve();
    const { origin } = served.site;
    const { fetcher } = await world(origin, {
      portal: { type: subject.type, ...subject.portal },
      tokens: { city: secret },
    });
    const context: SourceContext = {
      dataset: dataset(origin),
      portal: portal(origin, { type: subject.type, hasToken: true, ...subject.portal }),
    };
    return { ...served, fetcher, context, client: fetcher.client(scope) };
  }

  type Opened = Awaited<ReturnType<typeof open>>;

  async function asked({ context, client }: Opened) {
    const parts = await source.discover(context, client);
    const probes = await Promise.all(parts.map((part) => source.probe(part, context, client)));
    const requests = parts.map((part, at) =>
      source.requests(part, probes[at]!, context, { strategy: 'fast' }),
    );
    return { parts, probes, requests };
  }

  function fetchAll(
    { fetcher }: Opened,
    parts: readonly Part[],
    requests: readonly PartRequests[],
    before?: readonly FetchedPart[],
  ) {
    return Promise.all(
      parts.map((part, at) => {
        const plan: PartFetch = {
          partId: part.id,
          ...part,
          kind: 'full',
          ...requests[at]!,
          validators: before?.[at]?.validators,
        };
        return fetcher.fetchPart(scope, plan);
      }),
    );
  }

  describe(`${name}: every source`, () => {
    it('discovers the same parts in the same order, with different ids and labels', async () => {
      const opened = await open();
      const once = await source.discover(opened.context, opened.client);
      expect(await source.discover(opened.context, opened.client)).toEqual(once);
      expect(once).toHaveLength(opened.parts);
      expect(new Set(once.map(({ id }) => id)).size).toBe(once.length);
      expect(new Set(once.map(({ label }) => label)).size).toBe(once.length);
    });

    it('probes a part with at most two requests, and says how many', async () => {
      const opened = await open();
      const parts = await source.discover(opened.context, opened.client);
      const before = opened.site.seen.length;
      const probe = await source.probe(parts[0]!, opened.context, opened.client);
      expect(probe.requests).toBe(opened.site.seen.length - before);
      expect(probe.requests).toBeLessThanOrEqual(2);
    });

    it.each(['fast', 'safe'] as const)(
      'makes %s requests as plain data, from its arguments alone',
      async (strategy) => {
        const opened = await open();
        const { parts, probes } = await asked(opened);
        const make = () =>
          source.requests(frozen(parts[0]!), frozen(probes[0]!), frozen(opened.context), { strategy });
        const sent = opened.site.seen.length;
        const made = make();
        expect(make()).toEqual(made);
        expect(JSON.parse(JSON.stringify(made))).toEqual(made);
        expect(new Set(made.requests.map(({ id }) => id)).size).toBe(made.requests.length);
        expect(opened.site.seen).toHaveLength(sent);
      },
    );

    it.each(['fast', 'safe'] as const)('brings every row: %s', async (strategy) => {
      const opened = await open();
      const { parts, probes } = await asked(opened);
      const requests = parts.map((part, at) =>
        source.requests(part, probes[at]!, opened.context, { strategy }),
      );
      const landed = await fetchAll(opened, parts, requests);
      expect(await rowsOf(landed)).toBe(opened.rows);
      for (const { expectedRows } of requests)
        if (expectedRows !== undefined) expect(expectedRows * parts.length).toBe(opened.rows);
    });

    it.skipIf(subject.alwaysRead)(
      'finds an unchanged part unchanged for at most two requests, and a changed one changed',
      async () => {
        const opened = await open();
        const first = await asked(opened);
        const landed = await fetchAll(opened, first.parts, first.requests);

        const again = async () => {
          const parts = await source.discover(opened.context, opened.client);
          const probes = await Promise.all(
            parts.map((part, at) =>
              source.probe(part, opened.context, opened.client, undefined, first.probes[at]),
            ),
          );
          if (sameFingerprints(probes, first.probes)) return true;
          const requests = parts.map((part, at) =>
            source.requests(part, probes[at]!, opened.context, { strategy: 'fast' }),
          );
          return (await fetchAll(opened, parts, requests, landed)).every(({ notModified }) => notModified);
        };
        const before = opened.site.seen.length;
        expect(await again()).toBe(true);
        expect(opened.site.seen.length - before).toBeLessThanOrEqual(2 * opened.parts);
        opened.change();
        expect(await again()).toBe(false);
      },
    );

    it('says what is missing', async () => {
      const opened = await open(subject.missing.dataset);
      const error = await failure(
        asked(opened).then(({ parts, requests }) => fetchAll(opened, parts, requests)),
      );
      expect(error).toMatchObject({
        code: subject.missing.code,
        message: subject.missing.message(opened.site.origin),
      });
    });

    it('keeps secrets out of everything that is written down', async () => {
      const opened = await open();
      const all = await asked(opened);
      const landed = await fetchAll(opened, all.parts, all.requests);
      expect(JSON.stringify([all, landed])).not.toContain(secret);
      expect(JSON.stringify(opened.site.seen)).toContain(secret);
    });
  });
}

function sameFingerprints(now: readonly Probe[], then: readonly Probe[]): boolean {
  return now.every(
    ({ fingerprint }, at) => fingerprint !== undefined && fingerprint === then[at]!.fingerprint,
  );
}

async function rowsOf(parts: readonly FetchedPart[]): Promise<number> {
  let rows = 0;
  for (const { files, decode } of parts) {
    for (const { path } of files) {
      if (decode.format === 'csv') rows += (await scanCsv(path)).records;
      else {
        const body = JSON.parse(await readFile(path, 'utf8'));
        rows += (decode.records ?? '')
          .split('.')
          .reduce((value, step) => (step === '' ? value : value[step]), body).length;
      }
    }
  }
  return rows;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const one of Object.values(value)) frozen(one);
  }
  return value;
}
