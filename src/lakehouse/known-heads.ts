/** Versions never change: one that was just read or committed is not read again. */
import { readVersion, type StoredHead } from './head.js';
import type { Store } from './stores/store.js';
import type { RunSet, TableHead, TableId } from './types.js';

export class KnownHeads {
  readonly #store: Store;
  readonly #newest = new Map<TableId, StoredHead>();
  #set: RunSet | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Remembers a newest version, and gives it back. */
  keep<Head extends TableHead | undefined>(head: Head): Head {
    if (head && isOwn(head)) this.#newest.set(head.table, head);
    return head;
  }

  /** Remembers a set that was read. */
  keepSet<Found extends RunSet | undefined>(set: Found): Found {
    this.#set = set ?? this.#set;
    return set;
  }

  /** Where the list of a table's versions may begin, see `newestVersion`. What the newest set does not have has no long log. */
  since(table: TableId): number | undefined {
    const inSet = this.#set && (this.#set.tables[table] ?? -1);
    const read = this.#newest.get(table)?.version;
    return read === undefined ? inSet : Math.max(read, inSet ?? -1);
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
