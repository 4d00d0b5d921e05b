import { LakeError } from '../errors/lake-error.js';
import type { Portal } from '../project/types.js';
import { HostPolicy, type Trust } from './host-policy.js';

/** Where one request really goes, and what may be sent along. */
export interface Route {
  /** The address to connect to: the portal's own, or the local portal's in its place. */
  readonly target: URL;
  readonly trust: Trust;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RouterOptions {
  readonly portals: Readonly<Record<string, Portal>>;
  readonly tokens: Readonly<Record<string, string>>;
  readonly allowedHosts: readonly string[];
  readonly originMap?: Readonly<Record<string, string>>;
}

/** Applies host policy first, then the local portal's map of origins, then the portal's secret. */
export class Router {
  readonly #options: RouterOptions;
  readonly #policy: HostPolicy;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#policy = new HostPolicy(Object.values(options.portals), options.allowedHosts);
  }

  /**
   * `portal` is the name of the portal in whose name the request is made.
   * @throws LakeError LK3121 when host policy forbids the URL, LK3122 when the local portal does not serve its origin.
   */
  route(url: URL, portal: string): Route {
    const trust = this.#policy.judge(url);
    const { originMap } = this.#options;
    if (originMap === undefined) return { target: url, trust, headers: this.#secrets(url, portal) };
    const origin = originMap[url.origin];
    if (origin === undefined) {
      throw new LakeError('LK3122', `The local portal does not serve ${url.origin}`, {
        hint: `It serves ${Object.keys(originMap).sort().join(', ') || 'nothing'}; other addresses need a target without \`portal:\`, such as \`--target dev\``,
        details: { url: url.href },
      });
    }
    return { target: new URL(url.pathname + url.search, origin), trust: 'written', headers: {} };
  }

  /** A token goes to its portal's own origin and nowhere else, redirects included. */
  #secrets(url: URL, name: string): Readonly<Record<string, string>> {
    const portal = this.#options.portals[name];
    const token = this.#options.tokens[name];
    if (
      portal === undefined ||
      !token ||
      !URL.canParse(portal.url) ||
      new URL(portal.url).origin !== url.origin
    )
      return {};
    switch (portal.type) {
      case 'socrata':
        return { 'x-app-token': token };
      case 'ckan':
        return { authorization: token };
      default:
        return { authorization: token.includes(' ') ? token : `Bearer ${token}` };
    }
  }
}
