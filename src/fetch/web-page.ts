/**
 * A web page with status 200 in place of data: what a portal shows while it is maintained, or a firewall to whom it does not
 * know yet. It may be gone at the next try, and it is asked for once more; after that another run may have better luck.
 */
import { LakeError } from '../errors/lake-error.js';
import type { FetchLimits } from './limits.js';
import { backoffMs } from './retry-wait.js';
import { sleep } from './sleep.js';

/** LK3113, transient. @param found Such as `a web page ("Sign in")`. */
export function webPage(
  { wanted, found, url }: { readonly wanted: string; readonly found: string; readonly url: string },
  hint: string,
): LakeError {
  return new LakeError('LK3113', `Expected ${wanted}, got ${found} from ${url}`, {
    hint,
    transient: true,
    details: { url, webPage: true },
  });
}

/** Asks, and once more after a wait where a web page came. @throws what the second try throws, or the signal's reason. */
export async function pastWebPage<T>(
  ask: () => Promise<T>,
  limits: FetchLimits,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof LakeError) || error.details['webPage'] !== true) throw error;
    await sleep(limits.backoffMs + backoffMs(2, limits), signal);
    return ask();
  }
}
