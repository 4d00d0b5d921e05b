/** Which versions of a dataset's bronze brought which part, read from the states that lie beside its commits: one at a time. */
import { listAllVersions } from '../../lakehouse/delta/log.js';
import type { DataFile, Lake, LoadRecord, PartState, TableState } from '../../lakehouse/types.js';

/** A part as one load left it. */
export interface PartVersion {
  /** Of the dataset's bronze. */
  readonly version: number;
  readonly load: Pick<LoadRecord, 'loadId' | 'at' | 'kind'>;
  readonly part: PartState;
  /** Of that version, as far as they hold rows of the part and the load. */
  readonly state: Pick<TableState, 'table' | 'columns'> & { readonly files: readonly DataFile[] };
}

export class ItemHistory {
  readonly #lake: Lake;
  readonly #table: string;
  /** The newest version that counts. */
  readonly #until: number;
  #loads: Promise<readonly { readonly version: number; readonly parts: ReadonlySet<string> }[]> | undefined;

  constructor(lake: Lake, table: string, until: number) {
    this.#lake = lake;
    this.#table = table;
    this.#until = until;
  }

  /** Every kept version of these parts, oldest first, by id. @throws LakeError LK6020 to LK6023 when a file of the lake is damaged. */
  async versionsOf(ids: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly PartVersion[]>> {
    const found = new Map<string, PartVersion[]>();
    for (const { version, parts } of await this.#loadsOf()) {
      const brought = [...ids].filter((id) => parts.has(id));
      if (brought.length === 0) continue;
      const { state } = await this.#lake.at(this.#table, version);
      for (const id of brought) {
        const one = versionOf(state, id);
        if (one) found.set(id, [...(found.get(id) ?? []), one]);
      }
    }
    return found;
  }

  /** Ids of all parts that any kept load brought. @throws LakeError LK6020 to LK6023 */
  async everLoaded(): Promise<ReadonlySet<string>> {
    return new Set((await this.#loadsOf()).flatMap(({ parts }) => [...parts]));
  }

  /** Commits that moved validators alone, and those that took a load back, name the load before them once more. */
  #loadsOf() {
    this.#loads ??= (async () => {
      const loads = [];
      let before: string | undefined;
      for (const version of await listAllVersions(this.#lake.store, this.#table)) {
        if (version > this.#until) break;
        const { load, rejected } = (await this.#lake.at(this.#table, version)).state;
        if (load && load.loadId !== before && !rejected)
          loads.push({ version, parts: new Set(load.parts.map(withoutStretch)) });
        before = load?.loadId ?? before;
      }
      return loads;
    })();
    return this.#loads;
  }
}

/** A backfill's stretches are named by their part and where they begin. */
function withoutStretch(id: string): string {
  return id.replace(/@[^@]*$/, '');
}

function versionOf({ table, version, columns, files, load, parts }: TableState, id: string) {
  const part = parts?.[id];
  if (!part || !load) return undefined;
  const { loadId, at, kind } = load;
  const own = files.filter((file) => file.loadId === loadId && file.parts?.includes(id));
  return { version, load: { loadId, at, kind }, part, state: { table, columns, files: own } };
}
