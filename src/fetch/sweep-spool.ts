import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Days that bodies of a run that did not end wait for one that goes on with them. */
export const KEPT_DAYS = 7;

/**
 * Deletes what nobody came back for: folders of datasets, of any target, in which nothing was written for `KEPT_DAYS`.
 * @param spool Absolute folder `target/spool`, with a folder for each target.
 */
export async function sweepSpool(spool: string, now: number): Promise<void> {
  const oldest = now - KEPT_DAYS * 86_400_000;
  for (const target of await namesIn(spool)) {
    for (const dataset of await namesIn(join(spool, target))) {
      const folder = join(spool, target, dataset);
      const written = await Promise.all([folder, join(folder, 'ledger.ndjson')].map(modified));
      if (Math.max(...written) < oldest) await rm(folder, { recursive: true, force: true });
    }
    await removeIfEmpty(join(spool, target));
  }
}

/** Deletes a folder in which nothing is left. */
export async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function modified(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
