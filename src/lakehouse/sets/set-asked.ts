/** Which state of the lake a question is about. */
import type { Lake, RunSet } from '../types.js';
import { newestVersions } from './newest-versions.js';
import { readSetAt } from './set-at.js';
import { stillThere } from './still-there.js';

export interface AskedState {
  /** As `readSetAt` takes it. */
  readonly at?: string;
  /** Every table's newest version, in place of a set. */
  readonly heads?: boolean;
  /** What is asked, for what an earlier state named and is gone. */
  readonly sql: string;
}

/**
 * The newest set where nothing else is asked for; undefined where nothing was published yet.
 * @throws LakeError LK6027 for a state that never was, LK6024 for a table that `sql` names and that is gone since.
 */
export async function setAsked(lake: Lake, { at, heads, sql }: AskedState): Promise<RunSet | undefined> {
  if (heads) return newestVersions(lake);
  if (at === undefined) return lake.newestSet();
  return stillThere(lake, await readSetAt(lake.store, at), sql);
}
