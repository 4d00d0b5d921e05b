import { LakeError } from '../errors/lake-error.js';
import type { Credentials, Portal, Secrets } from '../project/types.js';
import type { FetchScope } from './errand.js';
import type { Access } from './failure.js';
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
  /** `auth` and `headers` of portals and datasets. */
  readonly credentials?: Secrets['credentials'];
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
   * `scope`: the dataset and portal in whose name the request is made.
   * @throws LakeError LK3121 when host policy forbids the URL, LK3122 when the local portal does not serve its origin.
   */
  route(url: URL, scope: FetchScope): Route {
    const trust = this.#policy.judge(url);
    const { originMap } = this.#options;
    if (originMap === undefined) {
      const sent = this.#credentials(url, scope);
      const headers = Object.assign({}, this.#token(url, scope.portal), ...sent.map((one) => one.headers));
      return { target: withQuery(url, Object.assign({}, ...sent.map(({ query }) => query))), trust, headers };
    }
    const origin = originMap[url.origin];
    if (origin === undefined) {
      throw new LakeError('LK3122', `The local portal does not serve ${url.origin}`, {
        hint: `It serves ${Object.keys(originMap).sort().join(', ') || 'nothing'}; other addresses need a target without \`portal:\`, such as \`--target dev\``,
        details: { url: url.href },
      });
    }
    return { target: new URL(url.pathname + url.search, origin), trust: 'written', headers: {} };
  }

  /** Where that stands which is sent to an address as proof of who asks, and where it would stand. */
  access(url: URL, scope: FetchScope): Access {
    const portal = this.#options.portals[scope.portal];
    const isPortals =
      portal !== undefined && URL.canParse(portal.url) && new URL(portal.url).origin === url.origin;
    const key = portal?.type === 'http' ? 'auth' : 'token';
    const place = isPortals
      ? `\`${key}:\` of the portal ${scope.portal} in project.yml`
      : `\`auth:\` under \`source:\` of the manifest of ${scope.dataset}`;
    if (this.#options.originMap !== undefined) return { written: [], place };
    const hasToken = Object.keys(this.#token(url, scope.portal)).length > 0;
    const token = hasToken ? [`\`token:\` of the portal ${scope.portal} in project.yml`] : [];
    return { written: [...token, ...this.#credentials(url, scope).map((one) => one.written)], place };
  }

  /** Credentials go to the origins that they were written for and nowhere else, redirects included; the dataset's come last. */
  #credentials(url: URL, { portal, dataset }: FetchScope): readonly Credentials[] {
    const { portals = {}, datasets = {} } = this.#options.credentials ?? {};
    return [portals[portal], datasets[dataset]].filter(
      (one) => one?.origins.includes(url.origin) === true,
    ) as Credentials[];
  }

  /** A token goes to its portal's own origin and nowhere else, redirects included. */
  #token(url: URL, name: string): Readonly<Record<string, string>> {
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

/** The address with further parameters; what stands in it stays byte for byte as it is. */
function withQuery(url: URL, query: Readonly<Record<string, string>>): URL {
  const more = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
  if (more.length === 0) return url;
  const target = new URL(url);
  target.search = [...(url.search.length > 1 ? [url.search.slice(1)] : []), ...more].join('&');
  return target;
}
