import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { privateAddress, type Trust } from './host-policy.js';
import type { FetchLimits } from './limits.js';
import { isPublicAddress } from './public-address.js';

/** The package's index also loads fetch, caches and web sockets: 85 ms of CPU more at every start. */
const agentModule: string = 'undici/lib/dispatcher/agent.js';

/** Name resolution that refuses private addresses; the socket connects to exactly the addresses judged here. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '');
    const bad = found.find(({ address }) => !isPublicAddress(address));
    if (bad) return done(privateAddress(hostname, bad.address), '');
    if (options.all) return done(null, found);
    done(null, found[0]!.address, found[0]!.family);
  });
};

/** The connection pools, one for each kind of trust, so that no socket of one is used for the other. Loads undici when first used. */
export class Dispatchers {
  readonly #limits: FetchLimits;
  readonly #open = new Map<Trust, Promise<Dispatcher>>();

  constructor(limits: FetchLimits) {
    this.#limits = limits;
  }

  for(trust: Trust): Promise<Dispatcher> {
    let dispatcher = this.#open.get(trust);
    if (!dispatcher) {
      dispatcher = this.#create(trust);
      this.#open.set(trust, dispatcher);
    }
    return dispatcher;
  }

  async #create(trust: Trust): Promise<Dispatcher> {
    const { default: Agent } = (await import(agentModule)) as { default: typeof import('undici').Agent };
    const lookup = trust === 'discovered' ? { lookup: publicLookup } : {};
    return new Agent({
      connect: { timeout: this.#limits.connectMs, ...lookup },
      autoSelectFamily: true,
      maxHeaderSize: this.#limits.maxHeaderBytes,
    });
  }

  /** Closes every connection at once. */
  async close(): Promise<void> {
    const open = await Promise.all(this.#open.values());
    this.#open.clear();
    await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
  }
}
