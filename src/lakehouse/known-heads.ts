/** Versions never change: one that was just read or committed is not read again. */
import { readVersion, type StoredHead } from './head.js';
import type { Store } from './stores/store.js';
import type { TableHead, TableId } from './types.js';

export class KnownHeads {
  readonly #store: Store;
  readonly #newest = new Map<TableId, StoredHead>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Remembers a newest version, and gives it back. */
  keep<Head extends TableHead | undefined>(head: Head): Head {
    if (head && isOwn(head)) this.#newest.set(head.table, head);
    return head;
  }

  /** A version as every reader sees it. @throws LakeError as `readVersion` */
  async read(table: TableId, version: number): Promise<StoredHead> {
    const head = this.#newest.get(table);
    return head?.version === version ? head : readVersion(this.#store, table, version);
  }
}

/** Of a version that another program wrote, a writer of lake has another view than its readers. */
function isOwn(head: TableHead): head is StoredHead {
  return head.state.version === head.version && (head as StoredHead).active === undefined;
}
