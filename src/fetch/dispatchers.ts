import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { certificateAuthorities } from './certificates.js';
import { privateAddress, type Trust } from './host-policy.js';
import type { FetchLimits } from './limits.js';
import { proxyFor } from './proxy-env.js';
import { isPublicAddress } from './public-address.js';

/** The package's index also loads fetch, caches and web sockets: 85 ms of CPU more at every start. Only proxies need it. */
const agentModule: string = 'undici/lib/dispatcher/agent.js';

export interface DispatcherOptions {
  readonly limits: FetchLimits;
  /** Where proxies and authorities are named. */
  readonly env: NodeJS.ProcessEnv;
  /** How names become addresses: `dns.lookup` of Node.js where nothing is said. */
  readonly lookup?: LookupFunction;
  /** Most connections to one origin: a request waits a moment for the one before to let go of its own. */
  readonly connections: number;
}

/** What sends a request, and the proxy in between. */
export interface Way {
  readonly dispatcher: Dispatcher;
  /** `proxy.example.org:3128`. */
  readonly proxy?: string;
}

/**
 * The connection pools, one for each kind of trust and each proxy, so that no socket of one is used for the other. Loads
 * undici when first used.
 */
export class Dispatchers {
  readonly #options: DispatcherOptions;
  readonly #lookup: LookupFunction;
  readonly #open = new Map<string, Promise<Dispatcher>>();
  readonly #judged = new Map<string, Promise<void>>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#lookup = options.lookup ?? (systemLookup as LookupFunction);
  }

  /** @throws LakeError LK3118, LK3121, LK3125 */
  async for(trust: Trust, target: URL): Promise<Way> {
    const proxy = proxyFor(target, this.#options.env);
    if (proxy === undefined) return { dispatcher: await this.#pool(trust, () => this.#direct(trust)) };
    if (trust === 'discovered') await this.#judge(target.hostname);
    return {
      dispatcher: await this.#pool(`${trust} ${proxy.href}`, () => this.#through(proxy)),
      proxy: proxy.host,
    };
  }

  /** Closes every connection at once. */
  async close(): Promise<void> {
    const open = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    await Promise.all(open.map((one) => (one.status === 'fulfilled' ? one.value.destroy() : undefined)));
  }

  #pool(key: string, create: () => Promise<Dispatcher>): Promise<Dispatcher> {
    let dispatcher = this.#open.get(key);
    if (!dispatcher) {
      dispatcher = create();
      this.#open.set(key, dispatcher);
    }
    return dispatcher;
  }

  async #direct(trust: Trust): Promise<Dispatcher> {
    const { default: Agent } = (await import(agentModule)) as { default: typeof import('undici').Agent };
    const lookup = trust === 'discovered' ? this.#publicLookup : this.#options.lookup;
    const { limits, connections } = this.#options;
    return new Agent({
      connect: { ...this.#tls(), ...(lookup && { lookup }) },
      autoSelectFamily: true,
      maxHeaderSize: limits.maxHeaderBytes,
      connections,
    });
  }

  /** Through a tunnel (CONNECT) to https, as proxies expect; plain http is asked of the proxy itself. */
  async #through(proxy: URL): Promise<Dispatcher> {
    const { ProxyAgent } = await import('undici');
    const tls = this.#tls();
    const lookup = this.#options.lookup && { lookup: this.#options.lookup };
    return new ProxyAgent({
      uri: proxy.href,
      proxyTunnel: false,
      requestTls: tls,
      proxyTls: { ...tls, ...lookup },
      maxHeaderSize: this.#options.limits.maxHeaderBytes,
      connections: this.#options.connections,
    });
  }

  #tls(): { timeout: number; ca?: string[] } {
    const ca = certificateAuthorities(this.#options.env);
    return { timeout: this.#options.limits.connectMs, ...(ca && { ca }) };
  }

  /**
   * A proxy makes the connection itself, so the connected address cannot be seen. What this machine can resolve is judged
   * all the same; a name that only the proxy knows is left to the proxy's own rules.
   */
  #judge(hostname: string): Promise<void> {
    let judged = this.#judged.get(hostname);
    if (!judged) {
      judged = new Promise((resolve, reject) => {
        this.#publicLookup(hostname, { all: true }, (error) => {
          if (error?.name === 'LakeError') reject(error);
          else resolve();
        });
      });
      this.#judged.set(hostname, judged);
    }
    return judged;
  }

  /** Name resolution that refuses private addresses; the socket connects to exactly the addresses judged here. */
  readonly #publicLookup: LookupFunction = (hostname, options, done) => {
    this.#lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '');
      const addresses = found as { address: string; family: number }[];
      const bad = addresses.find(({ address }) => !isPublicAddress(address));
      if (bad) return done(privateAddress(hostname, bad.address), '');
      if (options.all) return done(null, addresses);
      done(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}
