/** `<table>/_lake/<version>-<txnId>.json`: written before its commit, and named in it with its hash. */
import { createHash } from 'node:crypto';
import { LakeError } from '../errors/lake-error.js';
import type { CommitOrigin } from './delta/commit-info.js';
import type { TableMetadata } from './delta/metadata.js';
import { tableFolder } from './names.js';
import type { Store } from './stores/store.js';
import type { TableId, TableState } from './types.js';

/** The only format so far. A reader refuses a greater one; a smaller one will be upgraded in memory. */
export const stateFormat = 1;

/** What the file holds: the table's state, and what a writer must know of Delta's metadata without replaying the log. */
export interface StoredState extends TableState {
  readonly delta: TableMetadata;
  /** Version of the newest checkpoint that the writer knew of. */
  readonly checkpoint?: number;
}

/** The state as bytes, with the origin that goes into the commit. */
export function encodeState(state: StoredState): { readonly content: Buffer; readonly origin: CommitOrigin } {
  const content = Buffer.from(`${JSON.stringify(state)}\n`);
  const path = `_lake/${state.version}-${state.txnId}.json`;
  return { content, origin: { run: state.run, state: path, sha256: sha256(content) } };
}

/**
 * The state that a commit names.
 * @throws LakeError LK6020 when it is gone, LK6021 when it is not what was written, LK6022 when it is too new.
 */
export async function readState(
  store: Store,
  table: TableId,
  version: number,
  origin: CommitOrigin,
): Promise<StoredState> {
  const key = `${tableFolder(table)}/${origin.state}`;
  const path = store.place(key);
  const details = { table, version, path };
  const hint =
    'Restore the file from a backup. Without one, move the folder of the table away and build it again: its portal is asked for everything.';
  const content = await store.getFixed(key, origin.sha256);
  if (content === undefined) {
    throw new LakeError('LK6020', `${table}: the state of version ${version} is missing: ${path}`, {
      hint,
      details,
    });
  }
  if (sha256(content) !== origin.sha256) {
    throw new LakeError('LK6021', `${table}: the state of version ${version} is damaged: ${path}`, {
      hint,
      details,
    });
  }
  const state = JSON.parse(content.toString('utf8')) as StoredState;
  if (state.format > stateFormat) {
    throw new LakeError(
      'LK6022',
      `${table}: version ${version} was written by a newer lake, in format ${state.format}`,
      {
        hint: `This lake knows format ${stateFormat}: upgrade it, or use another target.`,
        details,
      },
    );
  }
  return state;
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
