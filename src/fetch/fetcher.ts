import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { LakeError } from '../errors/lake-error.js';
import type { Portal } from '../project/types.js';
import { sourceFor } from '../sources/index.js';
import type { PortalClient } from '../sources/types.js';
import { Delivery } from './delivery.js';
import type { FetchScope } from './errand.js';
import { fetchPart } from './fetch-part.js';
import { Ledger } from './ledger.js';
import { defaultLimits, type FetchLimits } from './limits.js';
import { portalClient } from './portal-client.js';
import { datasetFolder } from './spool.js';
import type { FetchedPart, FetchNotice, FetchProgress, PartFetch } from './types.js';

export type { FetchScope } from './errand.js';

export interface FetcherOptions {
  /** Portals of the project by name. */
  readonly portals: Readonly<Record<string, Portal>>;
  /** Portal name → token. Sent only to the origin of that portal's `url`. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Hosts beyond the portals' own that the user wrote (`allowed_hosts`, and the hosts of every `url`): may be private. */
  readonly allowedHosts: readonly string[];
  /** Real origin → loopback origin of the local portal. When given, every other origin is an error and no secret is sent. */
  readonly originMap?: Readonly<Record<string, string>>;
  /** Absolute folder for bodies and ledgers, `<spoolDir>/<dataset>/<part>/<request>.body`. */
  readonly spoolDir: string;
  /** Values that must stand in no message; the tokens are always among them. */
  readonly secrets?: readonly string[];
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly onNotice?: (notice: FetchNotice) => void;
  /** Stops everything: waiting requests at once, those under way by closing their connection. */
  readonly signal?: AbortSignal;
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
  /** HTTP requests sent so far, tries and redirects included. */
  readonly requestsMade: number;
  /** Stops what still runs, closes connections and ledgers. */
  close(): Promise<void>;
}

/** The HTTP side of a run: one for all of its datasets, so that budgets are shared. Loads the HTTP library with the first request. */
export function createFetcher(options: FetcherOptions): Fetcher {
  const limits = { ...defaultLimits, ...options.limits };
  const secrets = [...(options.secrets ?? []), ...Object.values(options.tokens)];
  const delivery = new Delivery({ ...options, secrets, limits });
  const ledgers = new Map<string, Ledger>();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const onAbort = () => stop.abort(stopped());
  if (options.signal?.aborted) onAbort();
  else options.signal?.addEventListener('abort', onAbort, { once: true });

  const ledgerOf = (dataset: string): Ledger => {
    let ledger = ledgers.get(dataset);
    if (!ledger) {
      ledger = new Ledger(join(datasetFolder(options.spoolDir, dataset), 'ledger.ndjson'));
      ledgers.set(dataset, ledger);
    }
    return ledger;
  };

  return {
    client: (scope) => portalClient(delivery, scope, limits, stop.signal),
    fetchPart: (scope, part) =>
      fetchPart(
        {
          scope,
          delivery,
          ledger: ledgerOf(scope.dataset),
          spoolDir: options.spoolDir,
          limits,
          advance: sourceFor(options.portals[scope.portal]?.type ?? 'http').advance,
          onProgress: options.onProgress,
          signal: stop.signal,
        },
        part,
      ),
    get requestsMade() {
      return delivery.requestsMade;
    },
    async close() {
      options.signal?.removeEventListener('abort', onAbort);
      stop.abort(stopped());
      await delivery.close();
      await Promise.all([...ledgers.values()].map((ledger) => ledger.close()));
    },
  };
}

function stopped(): LakeError {
  return new LakeError('LK3110', 'Fetching was stopped', {
    hint: 'Run the same command again to go on',
    transient: true,
  });
}
