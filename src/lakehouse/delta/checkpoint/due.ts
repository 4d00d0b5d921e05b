/** Every tenth version gets a checkpoint; where nobody could write it, the next version that somebody can. */

const EVERY = 10;

/** @param known Version of the newest checkpoint that is known of. */
export function checkpointDue(version: number, known: number | undefined): boolean {
  return Math.floor(version / EVERY) > Math.floor((known ?? 0) / EVERY);
}
