/** Lakes in buckets of servers that are running, each with a cache of its own. */
import { randomUUID } from 'node:crypto';
import { openRemote } from '../../../src/lakehouse/stores/remote/open-remote.js';
import type { RemoteStore } from '../../../src/lakehouse/stores/remote/remote-store.js';
import type { RemoteLimits } from '../../../src/lakehouse/stores/remote/tries.js';
import type { LakeLocation } from '../../../src/project/types.js';
import type { OpenedStore } from '../../lakehouse/stores/conformance.js';
import { temporaryFolder } from '../../lakehouse/support/temporary-folder.js';

/** Waits that do not make tests long. */
export const quickLimits: RemoteLimits = {
  tries: 6,
  triesUnreachable: 2,
  firstWait: 20,
  longestWait: 200,
  answer: 5_000,
  idle: 1_000,
};

export type At = Pick<LakeLocation, 'type'> & Partial<LakeLocation>;

/** A lake that nothing was written to, opened twice, as two machines would. */
export async function openedTwice(at: At): Promise<OpenedStore> {
  const folders = await Promise.all([temporaryFolder(), temporaryFolder()]);
  const location = { ...at, prefix: `lakes/${randomUUID()}` };
  const [store, other] = await Promise.all(
    folders.map(({ path }) => openRemote(location, path, quickLimits)),
  );
  return {
    store: store!,
    other: other!,
    async close() {
      await Promise.all(folders.map((folder) => folder.remove()));
    },
  };
}

export interface OpenedOnce {
  readonly store: RemoteStore;
  readonly folder: string;
  close(): Promise<void>;
}

export async function openedOnce(at: At, limits: Partial<RemoteLimits> = {}): Promise<OpenedOnce> {
  const folder = await temporaryFolder();
  const location = { prefix: `lakes/${randomUUID()}`, ...at };
  const store = await openRemote(location, folder.path, { ...quickLimits, ...limits });
  return { store, folder: folder.path, close: folder.remove };
}
