import { LakeError } from '../errors/lake-error.js';
import { cutOff } from '../errors/redactor.js';

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The statuses that name another address; 304 is none of them. */
export function isRedirect(status: number): boolean {
  return statuses.has(status);
}

/**
 * Where a Location header leads, relative to the address that answered (RFC 9110 §10.2.2).
 * @throws LakeError LK3123 for no address, and for a step from https down to http.
 */
export function redirectTarget(location: string, from: URL): URL {
  if (!URL.canParse(location, from.href)) {
    throw new LakeError(
      'LK3123',
      `${from.href} redirects to "${cutOff(location, 200)}", which is no address`,
      {
        hint: 'Open the address in a browser, and look for where the data is now',
        details: { url: from.href },
      },
    );
  }
  const next = new URL(location, from);
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new LakeError('LK3123', `${from.href} redirects from https to http (${next.origin})`, {
      hint: 'Write the address that it leads to into the manifest if it is to be trusted',
      details: { url: from.href, target: next.href },
    });
  }
  return next;
}
