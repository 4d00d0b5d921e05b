/**
 * The moment at which a version becomes visible, and what is known of it where the answer got lost: a request that failed may
 * have arrived all the same, now or later.
 */
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { LakeError } from '../errors/lake-error.js';
import { logFile, readCommitInfo } from './delta/log.js';
import type { NewObject, Store } from './stores/store.js';
import type { TableId } from './types.js';

export interface Publication {
  readonly table: TableId;
  readonly version: number;
  readonly txnId: string;
  /** Data files and the state. */
  readonly objects: readonly NewObject[];
  readonly log: Buffer;
}

const TRIES = 3;
const PAUSE_MS = 200;

/**
 * False when another writer was first; its version is there, and so are the objects.
 * @throws LakeError what the store said. Objects are deleted unless the version may still appear: then they are needed.
 */
export async function publishVersion(store: Store, publication: Publication): Promise<boolean> {
  const { table, version, txnId, objects, log } = publication;
  const last = { key: logFile(table, version), content: log };
  for (let tries = 1; ; tries++) {
    let failure: unknown;
    try {
      const rest = tries === 1 ? objects : await sentAgain(store, objects);
      if (await store.publish(rest, last)) return true;
    } catch (error) {
      failure = error;
    }
    // The transaction tells whose version it is. Where not even that can be read nothing is cleaned up.
    const winner = await readCommitInfo(store, table, version).catch((error: unknown) => {
      throw failure ?? error;
    });
    if (winner !== undefined) return winner.txnId === txnId;
    if (failure === undefined) return false;
    if (isRefusal(failure)) {
      await withdraw(store, objects);
      throw failure;
    }
    // Asked for once more it is either done, or found to be done, or known to be another's.
    if (tries === TRIES) throw failure;
    await wait(PAUSE_MS * tries);
  }
}

/** Orphans are invisible, so that one which cannot be deleted is left to `lake vacuum`. */
export async function withdraw(store: Store, objects: readonly NewObject[]): Promise<void> {
  await Promise.allSettled(objects.map(({ key }) => store.delete(key)));
}

/** A file that is no longer where it was staged lies in the store. */
export function notTakenOver(objects: readonly NewObject[]): readonly NewObject[] {
  return objects.filter((object) => !('from' in object) || existsSync(object.from));
}

/** Whole objects may have been cut: they are written anew. */
async function sentAgain(store: Store, objects: readonly NewObject[]): Promise<readonly NewObject[]> {
  for (const object of objects) if (!('from' in object)) await store.put(object.key, object.content);
  return notTakenOver(objects).filter((object) => 'from' in object);
}

/** The store said no; all else may have been a lost answer. */
function isRefusal(failure: unknown): boolean {
  return failure instanceof LakeError && !failure.transient;
}
