/**
 * Publishes a version on top of the newest one, and where another writer was first on top of that one, as often as it may.
 * What a version consists of is made anew each time; its data files are taken over once.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { StoredHead } from './head.js';
import type { NextVersion } from './next-version.js';
import { notTakenOver, publishVersion, withdraw } from './publish-version.js';
import { conflict } from './rebase.js';
import type { NewObject, Store } from './stores/store.js';
import type { TableId } from './types.js';

/** So many versions may come in between, each published by somebody. */
const TRIES = 50;
const PAUSE_MS = 5;

export interface OnTop {
  readonly table: TableId;
  /** Undefined: the table's first version. */
  readonly previous: StoredHead | undefined;
  readonly prepare: (previous: StoredHead | undefined) => Promise<NextVersion>;
  /** The head to go on from after another writer was first. @throws LakeError LK6030 where this must not be published on it. */
  readonly rebase: () => Promise<StoredHead>;
}

/** @throws LakeError LK6030 (transient) as `rebase` does, LK6001 to LK6018 from the store; nothing of the version is left then. */
export async function publishOnTop(
  store: Store,
  { table, previous: first, prepare, rebase }: OnTop,
): Promise<NextVersion> {
  let previous = first;
  let left: readonly NewObject[] = [];
  for (let tries = 1; ; tries++) {
    const next = await prepare(previous);
    // At a second try the data files are taken over already, and keep their names.
    const sent = tries === 1 ? next.publication.objects : notTakenOver(next.publication.objects);
    if (await publishVersion(store, { ...next.publication, objects: sent })) {
      await withdraw(store, left);
      return next;
    }
    const { objects } = next.publication;
    const lost = async (error: unknown): Promise<never> => {
      await withdraw(store, [...left, ...objects]);
      throw error;
    };
    if (tries === TRIES) await lost(await conflict(store, table, next.head.version));
    previous = await rebase().catch(lost);
    // A state is that of its version.
    left = [...left, ...objects.filter((object) => !('from' in object))];
    await wait(Math.random() * PAUSE_MS * tries);
  }
}
