/**
 * Finished batches of a run that failed, in `target/batches/<target>/<model>/<key>/<batch>.parquet`: the next run builds only the
 * others, as long as definition and inputs are the same. They go when the table is published.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunContext } from '../../../context.js';

export interface KeptBatches {
  readonly has: (batch: string) => boolean;
  /** Absolute path of a finished batch. */
  readonly path: (batch: string) => string;
  /** Has a batch written under another name, and takes it over when it is whole. */
  readonly keep: (batch: string, write: (path: string) => Promise<void>) => Promise<void>;
  /** Of all keys of the model. */
  readonly clear: () => Promise<void>;
}

/** @param key Of everything that decides about the rows: batches of another key are deleted. */
export async function keptBatches(
  { root, target }: Pick<RunContext, 'root' | 'target'>,
  id: string,
  key: string,
): Promise<KeptBatches> {
  const all = join(root, 'target', 'batches', encodeURIComponent(target.name), id);
  const folder = join(all, key);
  await mkdir(folder, { recursive: true });
  for (const other of await readdir(all))
    if (other !== key) await rm(join(all, other), { recursive: true, force: true });
  const path = (batch: string) => join(folder, `${batch}.parquet`);
  return {
    has: (batch) => existsSync(path(batch)),
    path,
    async keep(batch, write) {
      const unfinished = join(folder, `${batch}.unfinished`);
      await rm(unfinished, { force: true });
      await write(unfinished);
      await rename(unfinished, path(batch));
    },
    clear: () => rm(all, { recursive: true, force: true }),
  };
}
