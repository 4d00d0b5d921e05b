/** A refusal of the server with what it was that it refused. */
import type { Code } from '../../errors/codes.js';
import { LakeError } from '../../errors/lake-error.js';
import { sqlState } from './refusal.js';

/** States that say nothing of what somebody wrote: connection, resources, locks, privileges. */
const NOT_THEIRS = /^(?:08|53|57|40|55|42501)/;

/** @throws LakeError with this code where the server refuses what `work` asks of it. */
export async function during<Result>(
  { code, what, hint }: { readonly code: Code; readonly what: string; readonly hint: string },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const state = sqlState(error);
    if (state === undefined || NOT_THEIRS.test(state)) throw error;
    const { message, detail } = error as { message: string; detail?: string };
    const told = detail === undefined ? message : `${message} (${detail})`;
    throw new LakeError(code, `${what}: ${told}`, { hint, details: { sqlState: state } });
  }
}
