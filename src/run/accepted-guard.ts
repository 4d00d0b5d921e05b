/** What is remembered of a guard that `--accept` passed over: of which content, when, and who said so. */
import { userInfo } from 'node:os';
import type { AcceptedGuard } from '../lakehouse/types.js';

/** @param hash Of the content: the guard trips again on any other. */
export function acceptedGuard(guard: string, hash: string): AcceptedGuard {
  const by = userName();
  return { guard, hash, at: new Date().toISOString(), ...(by === undefined ? {} : { by }) };
}

/** Undefined where the process runs as a number that has no name, as in many containers. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
