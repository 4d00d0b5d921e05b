/** What `plan`, `build` and `test` need open: the lake, the local portal when the target has one, fetcher and engine. */
import { join } from 'node:path';
import type { Graph } from '../compile/types.js';
import type { Engine } from '../engine/types.js';
import { LakeError } from '../errors/lake-error.js';
import { createRedactor } from '../errors/redactor.js';
import { createFetcher, type Fetcher } from '../fetch/fetcher.js';
import type { FetchNotice, FetchProgress } from '../fetch/types.js';
import { openLake } from '../lakehouse/open-lake.js';
import type { Lake } from '../lakehouse/types.js';
import type { Secrets, Target } from '../project/types.js';
import { writtenHosts } from '../sources/index.js';
import { discreetLake } from './discreet-lake.js';
import { engineOf } from './engine-of.js';
import { engineOn } from './engine-on.js';
import { type LocalPortal, type LocalPortalOptions, openLocalPortal } from './local-portal.js';

export interface SessionOptions extends LocalPortalOptions {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
  readonly secrets: Secrets;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly onNotice?: (notice: FetchNotice) => void;
  /** An engine that is open already, and that the caller closes. */
  readonly engine?: Engine;
  /** Once aborted no request for rows begins that has not begun. */
  readonly drain?: AbortSignal;
}

export interface Session {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly fetcher: Fetcher;
  /** Faults that the local portal has injected so far: name → how often. */
  readonly faults: () => Readonly<Record<string, number>>;
  /** What "now" is at the target's local portal, ISO 8601; undefined where the real ones are asked, or it tells no date. */
  readonly asOf?: string;
  /** Ends processes, connections and the local portal. */
  close(): Promise<void>;
}

/** The local portal, where the target has one, starts now; no engine process and no connection before it is used. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { root, graph, target, secrets } = options;
  const lake = discreetLake(await openLake(target.lake, root), createRedactor(secrets.values));
  const portal = await portalOf(options);
  const fetcher = createFetcher({
    portals: graph.portals,
    tokens: secrets.tokens,
    credentials: secrets.credentials,
    secrets: secrets.values,
    allowedHosts: [
      ...graph.allowedHosts,
      ...graph.nodes.flatMap((node) => (node.kind === 'bronze' ? writtenHosts(node.dataset) : [])),
    ],
    originMap: portal?.origins,
    spoolDir: spoolFolder(root, target.name),
    drain: options.drain,
    onProgress: options.onProgress,
    onNotice: options.onNotice,
  });
  const engine = engineOn(lake, options.engine ?? engineOf(root, target));
  return {
    lake,
    engine,
    fetcher,
    faults: () => portal?.faults() ?? {},
    asOf: portal?.asOf,
    async close() {
      await Promise.all([fetcher.close(), ...(options.engine ? [] : [engine.close()])]);
      await portal?.close();
    },
  };
}

/** @throws LakeError LK7107 for faults where the real portals would be asked: they cannot be made to misbehave. */
async function portalOf({ root, target, ...asked }: SessionOptions): Promise<LocalPortal | undefined> {
  if (target.portal !== undefined) return openLocalPortal(root, target.portal, asked);
  if (asked.faults === undefined) return undefined;
  throw new LakeError(
    'LK7107',
    `The target "${target.name}" reads the real portals: no faults can be injected`,
    {
      hint: 'Choose a target with a local portal, such as --target sample.',
    },
  );
}

/** Where the runs of one target, or of all, keep what they fetch until it is published; absolute. */
export function spoolFolder(root: string, target?: string): string {
  const all = join(root, 'target', 'spool');
  return target === undefined ? all : join(all, encodeURIComponent(target));
}
