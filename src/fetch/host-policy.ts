import { isIP } from 'node:net';
import { LakeError } from '../errors/lake-error.js';
import type { Portal } from '../project/types.js';
import { isPublicAddress } from './public-address.js';

/**
 * How far a URL is trusted. `written`: its host stands in the project's files, so it may lie in a private network.
 * `discovered`: a portal named it (a resource's URL, a redirect), so it must lead to the public internet.
 */
export type Trust = 'written' | 'discovered';

/** Decides over every URL before a connection is made, the targets of redirects included. */
export class HostPolicy {
  readonly #origins: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;

  /** `allowedHosts`: `host` for all of its ports, or `host:port`. */
  constructor(portals: Iterable<Portal>, allowedHosts: Iterable<string>) {
    const origins = new Set<string>();
    for (const portal of portals) if (URL.canParse(portal.url)) origins.add(new URL(portal.url).origin);
    this.#origins = origins;
    this.#hosts = new Set([...allowedHosts].map((host) => host.toLowerCase()));
  }

  /** @throws LakeError LK3121 for another scheme than http(s), credentials in the URL, a private address nobody wrote. */
  judge(url: URL): Trust {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new LakeError('LK3121', `${url.href} is not an http or https address`, {
        hint: 'Only http and https are asked: look for another address of the data at the portal',
      });
    }
    if (url.username !== '' || url.password !== '') {
      throw new LakeError('LK3121', `An address at ${url.host} carries a user name or password`, {
        hint: 'Put the credentials into the token of the portal in project.yml',
      });
    }
    if (this.#origins.has(url.origin) || this.#hosts.has(url.host) || this.#hosts.has(url.hostname))
      return 'written';
    const bare = url.hostname.replace(/^\[|\]$/g, '');
    if (isPrivateName(bare)) throw privateAddress(bare, bare);
    if (isIP(bare) !== 0 && !isPublicAddress(bare)) throw privateAddress(url.hostname, bare);
    return 'discovered';
  }
}

/**
 * Names that stand for no public host (RFC 6761, RFC 6762, RFC 8375, and ICANN's `internal`), among them the metadata
 * services of clouds. Resolving them would find out, but behind a proxy nobody can.
 */
const privateNames = ['localhost', 'local', 'internal', 'localdomain', 'intranet', 'home.arpa', 'lan'];

function isPrivateName(host: string): boolean {
  const name = host.replace(/\.$/, '');
  return privateNames.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
}

/** The error for a host that nobody wrote and that leads into a private network. */
export function privateAddress(host: string, address: string): LakeError {
  const where = host.replace(/^\[|\]$/g, '') === address ? host : `${host} (${address})`;
  return new LakeError('LK3121', `The portal leads to ${where}, which is not on the public internet`, {
    hint: `If that is meant, add ${host} to allowed_hosts in project.yml`,
  });
}
