import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { createFetcher, type Fetcher, type FetcherOptions } from '../../src/fetch/fetcher.js';
import type { FetchLimits } from '../../src/fetch/limits.js';
import type { FetchNotice, PartFetch } from '../../src/fetch/types.js';
import type { Portal } from '../../src/project/types.js';
import type { RequestSpec } from '../../src/sources/types.js';
import { type Handler, type Served, serve } from './serve.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Deadlines and waits as short as a test wants them. */
export const quick: Partial<FetchLimits> = {
  backoffMs: 1,
  maxBackoffMs: 5,
  headersMs: 400,
  idleBodyMs: 400,
  totalMs: 5_000,
  connectMs: 1_000,
};

export const scope = { dataset: 'shootings', portal: 'city' };

export function portal(url: string, more: Partial<Portal> = {}): Portal {
  return {
    name: 'city',
    type: 'http',
    url,
    timezone: 'UTC',
    concurrency: 4,
    hasToken: false,
    at: { file: 'project.yml', line: 1, col: 1 },
    ...more,
  };
}

export async function server(handler: Handler): Promise<Served> {
  const served = await serve(handler);
  cleanups.push(() => served.close());
  return served;
}

export async function tempDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lake-fetch-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface World {
  readonly fetcher: Fetcher;
  readonly spoolDir: string;
  readonly notices: FetchNotice[];
}

/** A fetcher with one portal named `city` at the given address. */
export async function world(
  url: string,
  options: Partial<FetcherOptions> & { readonly portal?: Partial<Portal> } = {},
): Promise<World> {
  const spoolDir = await tempDir();
  const notices: FetchNotice[] = [];
  const { portal: more, limits, ...rest } = options;
  const fetcher = createFetcher({
    portals: { city: portal(url, more) },
    tokens: {},
    allowedHosts: [],
    spoolDir,
    onNotice: (notice) => notices.push(notice),
    limits: { ...quick, ...limits },
    ...rest,
  });
  cleanups.push(() => fetcher.close());
  return { fetcher, spoolDir, notices };
}

export function request(url: string, more: Partial<RequestSpec> = {}): RequestSpec {
  return { id: 'p00000', url, method: 'GET', expect: 'csv', conditional: false, ...more };
}

export function part(requests: readonly RequestSpec[], more: Partial<PartFetch> = {}): PartFetch {
  return {
    partId: 'file.csv',
    label: 'file.csv',
    variables: {},
    kind: 'full',
    requests,
    decode: { format: 'csv' },
    ...more,
  };
}

/** What a promise rejects with. */
export async function failure(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; hint?: string; transient?: boolean }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a failure');
}
