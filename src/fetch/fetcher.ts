import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { LakeError } from '../errors/lake-error.js';
import { createRedactor } from '../errors/redactor.js';
import type { Portal, Secrets } from '../project/types.js';
import { sourceFor } from '../sources/index.js';
import type { PortalClient } from '../sources/types.js';
import { Delivery } from './delivery.js';
import type { FetchScope } from './errand.js';
import { fetchPart } from './fetch-part.js';
import { Ledger } from './ledger.js';
import { defaultLimits, type FetchLimits } from './limits.js';
import { portalClient } from './portal-client.js';
import { limitsOf } from './portal-limits.js';
import { datasetFolder } from './spool.js';
import type { FetchedPart, FetchNotice, FetchProgress, PartFetch } from './types.js';

export type { FetchScope } from './errand.js';

export interface FetcherOptions {
  /** Portals of the project by name. */
  readonly portals: Readonly<Record<string, Portal>>;
  /** Portal name → token. Sent only to the origin of that portal's `url`. */
  readonly tokens: Readonly<Record<string, string>>;
  /** `auth` and `headers`: sent only to the origins that they name. */
  readonly credentials?: Secrets['credentials'];
  /** Hosts beyond the portals' own that the user wrote (`allowed_hosts`, and the hosts of every `url`): may be private. */
  readonly allowedHosts: readonly string[];
  /** Real origin → loopback origin of the local portal. When given, every other origin is an error and no secret is sent. */
  readonly originMap?: Readonly<Record<string, string>>;
  /**
   * Absolute folder for bodies and ledgers, `<spoolDir>/<dataset>/<part>/<request>.body`. What an earlier fetcher left
   * there is used again; two may not work in one folder at the same time.
   */
  readonly spoolDir: string;
  /** Where proxies (HTTP_PROXY, HTTPS_PROXY, NO_PROXY) and authorities (SSL_CERT_FILE) are named; the process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** How names become addresses; the system's way where nothing is said. */
  readonly lookup?: LookupFunction;
  /** Values that must stand in no message; the tokens are always among them. */
  readonly secrets?: readonly string[];
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly onNotice?: (notice: FetchNotice) => void;
  /** Stops everything: waiting requests at once, those under way by closing their connection. */
  readonly signal?: AbortSignal;
  /** Once aborted no request for rows begins that has not begun; those under way end and stay in the ledger. */
  readonly drain?: AbortSignal;
  readonly limits?: Partial<FetchLimits>;
}

export interface Fetcher {
  /** For discovery and probing, in the name of a dataset. */
  client(scope: FetchScope): PortalClient;
  /**
   * Brings one part into the spool. May be called for thousands of parts at once: hosts' budgets decide what runs.
   * @throws LakeError LK31xx; `transient` when the same call may succeed later; LK3110 when the signal stopped it.
   */
  fetchPart(scope: FetchScope, part: PartFetch): Promise<FetchedPart>;
  /**
   * Ends the work on a dataset: stops what still runs for it and closes its ledger. Without `keep` its bodies are
   * deleted, which is right once they are published, or not to be trusted; with it the next run uses them again.
   */
  leave(dataset: string, how: { readonly keep: boolean }): Promise<void>;
  /** HTTP requests sent so far, tries and redirects included. */
  readonly requestsMade: number;
  /** Stops what still runs, closes connections and ledgers. */
  close(): Promise<void>;
}

/** What one dataset has open. */
interface Room {
  readonly ledger: Ledger;
  readonly stop: AbortController;
  readonly work: Set<Promise<unknown>>;
}

/** The HTTP side of a run: one for all of its datasets, so that budgets are shared. Loads the HTTP library with the first request. */
export function createFetcher(options: FetcherOptions): Fetcher {
  const limits = { ...defaultLimits, ...options.limits };
  const redactor = createRedactor([...(options.secrets ?? []), ...Object.values(options.tokens)]);
  const delivery = new Delivery({ ...options, redactor, limits });
  const rooms = new Map<string, Room>();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const onAbort = () => stop.abort(stopped());
  if (options.signal?.aborted) onAbort();
  else options.signal?.addEventListener('abort', onAbort, { once: true });

  const drain = drainOf(options.drain);
  const roomOf = (dataset: string): Room => {
    let room = rooms.get(dataset);
    if (!room) {
      const folder = datasetFolder(options.spoolDir, dataset);
      room = {
        ledger: new Ledger(join(folder, 'ledger.ndjson')),
        stop: new AbortController(),
        work: new Set(),
      };
      setMaxListeners(0, room.stop.signal);
      rooms.set(dataset, room);
    }
    return room;
  };

  return {
    client: (scope) => portalClient(delivery, scope, limits, stop.signal),
    async fetchPart(scope, part) {
      const { ledger, stop: left, work } = roomOf(scope.dataset);
      const fetching = fetchPart(
        {
          scope,
          delivery,
          ledger,
          spoolDir: options.spoolDir,
          limits: limitsOf(limits, options.portals[scope.portal]),
          advance: sourceFor(options.portals[scope.portal]?.type ?? 'http').advance,
          secretParameters: [
            ...Object.keys(options.credentials?.portals[scope.portal]?.query ?? {}),
            ...Object.keys(options.credentials?.datasets[scope.dataset]?.query ?? {}),
          ],
          onProgress: options.onProgress,
          signal: AbortSignal.any([stop.signal, left.signal]),
          drain,
        },
        part,
      );
      work.add(fetching);
      try {
        return await fetching;
      } finally {
        work.delete(fetching);
      }
    },
    async leave(dataset, { keep }) {
      const room = rooms.get(dataset);
      rooms.delete(dataset);
      // A run that drains begins nothing new: what is under way ends by itself.
      if (!drain?.aborted) room?.stop.abort(stopped());
      await Promise.allSettled(room?.work ?? []);
      await room?.ledger.close();
      const folder = datasetFolder(options.spoolDir, dataset);
      // Most datasets of most runs had nothing to fetch.
      if (!keep && existsSync(folder)) await rm(folder, { recursive: true, force: true });
    },
    get requestsMade() {
      return delivery.requestsMade;
    },
    async close() {
      options.signal?.removeEventListener('abort', onAbort);
      stop.abort(stopped());
      await delivery.close();
      await Promise.all([...rooms.values()].map(({ ledger }) => ledger.close()));
    },
  };
}

/** The run's own signal, with the error that says what it means here. */
function drainOf(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const drain = new AbortController();
  setMaxListeners(0, drain.signal);
  if (signal.aborted) drain.abort(stopped());
  else signal.addEventListener('abort', () => drain.abort(stopped()), { once: true });
  return drain.signal;
}

function stopped(): LakeError {
  return new LakeError('LK3110', 'Fetching was stopped', {
    hint: 'Run the same command again to go on',
    transient: true,
  });
}
