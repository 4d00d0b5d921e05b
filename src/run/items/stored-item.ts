/** One stored item: a part of a dataset, with its versions and files. In Ingestify's words a Dataset with its revisions. */
import { text } from 'node:stream/consumers';
import type { BronzeNode } from '../../compile/types.js';
import type { PartState } from '../../lakehouse/types.js';
import { loadedAt } from '../../observe/fetch-policy.js';
import type { Deliveries, Delivery } from './deliveries.js';
import {
  type DeliveredRow,
  type ItemFormat,
  type ItemSource,
  itemBytes,
  itemRows,
  type StoredRows,
} from './item-file.js';
import { type ItemState, typeOf } from './item-filter.js';
import type { ItemHistory, PartVersion } from './item-history.js';

/** What the portal, or the manifest, says of an item. */
export interface ItemMetadata {
  /** Address that it was fetched from; undefined where no log of the load is left. */
  readonly url?: string;
  readonly etag?: string;
  /** `Last-Modified`, as the portal wrote it. */
  readonly lastModified?: string;
  /** The portal's mark of its data. */
  readonly fingerprint?: string;
  /** Rows as the portal counted them. */
  readonly count?: number;
  /** Greatest value of the cursor column. */
  readonly cursor?: string;
  /** When its portal was asked last, where `fetch: {stale_after: …}` has that kept. */
  readonly checkedAt?: Date;
  readonly owner?: string;
  readonly license?: string;
}

/** A part and the version of its table that has its rows. */
export interface StoredPart {
  readonly id: string;
  readonly part: PartState;
  readonly state: ItemState;
  readonly table: StoredRows['state'];
}

interface Place {
  readonly source: ItemSource;
  readonly node: BronzeNode;
  readonly history: ItemHistory;
  readonly deliveries: Deliveries;
}

/** What bronze holds of a part, as one file. */
export class ItemFile {
  /** Label of the part: its path at the portal, or its name there. */
  readonly name: string;
  /** Bytes that the portal sent for it, unpacked; undefined where no log of the load is left. Files that are written here have other lengths. */
  readonly size: number | undefined;
  /** SHA-256 (hex) of the body that the portal sent, where it came as one. */
  readonly sha256: string | undefined;
  /** Rows that count. */
  readonly rows: number;
  /** When the portal changed it by its own word, else when it was loaded. */
  readonly modified: Date;
  readonly #source: ItemSource;
  readonly #rows: StoredRows;

  /** @internal */
  constructor(
    source: ItemSource,
    rows: StoredRows,
    facts: { readonly delivery?: Partial<Delivery>; readonly rows: number; readonly modified: Date },
  ) {
    this.#source = source;
    this.#rows = rows;
    this.name = rows.part.label;
    this.size = facts.delivery?.bytes;
    this.sha256 = facts.delivery?.sha256;
    this.rows = facts.rows;
    this.modified = facts.modified;
  }

  /**
   * Its rows as a file, `parquet` by default: the portal's columns, every value as the text that was delivered, nested ones as JSON text.
   * The body itself is not kept. Errors of the lake (LK60xx, a version that was vacuumed among them) and the engine are the stream's.
   */
  stream(format: ItemFormat = 'parquet'): ReadableStream<Uint8Array> {
    return itemBytes(this.#source, this.#rows, format);
  }

  /** The whole file in memory, CSV by default. @throws LakeError LK60xx, LK50xx */
  text(format: Exclude<ItemFormat, 'parquet'> = 'csv'): Promise<string> {
    return text(this.stream(format) as Parameters<typeof text>[0]);
  }

  /** All rows in memory, as `delivered` gives them. @throws LakeError LK60xx, LK50xx */
  async json(): Promise<DeliveredRow[]> {
    const all: DeliveredRow[] = [];
    for await (const row of this.delivered()) all.push(row);
    return all;
  }

  /** Its rows as objects, as they are read: column → text, null where the portal gave none. @throws LakeError LK60xx, LK50xx */
  delivered(): AsyncGenerator<DeliveredRow, void, undefined> {
    return itemRows(this.#source, this.#rows);
  }
}

/** An item as one load left it. */
export interface ItemVersion {
  readonly loadId: string;
  readonly loadedAt: Date;
  /** `incremental`: a stretch of it. */
  readonly kind: 'full' | 'incremental';
  /** Of the dataset's bronze table. */
  readonly version: number;
  /** Whether its rows count now. */
  readonly isCurrent: boolean;
  readonly etag?: string;
  /** What that load brought. */
  readonly file: ItemFile;
}

export class StoredItem {
  /** The portal's id of it, stable across runs. */
  readonly id: string;
  readonly provider: string;
  /** Name of the dataset in the project. */
  readonly dataset: string;
  /** What `meta: {dataset_type: …}` of the manifest says, else the dataset's name. */
  readonly datasetType: string;
  /** Its variables: `{match_id: '3773369'}`. */
  readonly identifier: Readonly<Record<string, string>>;
  readonly state: ItemState;
  readonly metadata: ItemMetadata;
  /** One, none where nothing is stored. */
  readonly files: readonly ItemFile[];
  readonly #versions: () => Promise<readonly ItemVersion[]>;

  private constructor(
    place: Place,
    stored: StoredPart,
    delivery: Partial<Delivery> | undefined,
    versions: () => Promise<readonly ItemVersion[]>,
  ) {
    const { node } = place;
    const { id, part, state } = stored;
    this.id = id;
    this.provider = node.dataset.portal;
    this.dataset = node.name;
    this.datasetType = typeOf(node);
    this.identifier = part.variables;
    this.state = state;
    this.metadata = metadataOf(node, stored, delivery);
    const { loads } = part;
    const modified = modifiedOf(part, loadedAt(loads.at(-1) ?? ''));
    this.files =
      loads.length === 0
        ? []
        : [
            new ItemFile(
              place.source,
              { state: stored.table, id, part, loads },
              { delivery, rows: part.rows, modified },
            ),
          ];
    this.#versions = versions;
  }

  /**
   * Every version of it that the lake keeps, oldest first: a load that brought it is one.
   * @throws LakeError LK6020 to LK6023 when a file of the lake is damaged.
   */
  versions(): Promise<readonly ItemVersion[]> {
    return this.#versions();
  }

  /** Items that are prepared together: their page logs and histories are read once. @internal */
  static async *page(
    place: Place,
    parts: readonly StoredPart[],
  ): AsyncGenerator<StoredItem, void, undefined> {
    let histories: ReturnType<ItemHistory['versionsOf']> | undefined;
    const ids = new Set(parts.map(({ id }) => id));
    for (const stored of parts) {
      const delivery = await sum(place.deliveries, stored.part.loads, stored.part.label);
      yield new StoredItem(place, stored, delivery, async () => {
        histories ??= place.history.versionsOf(ids);
        const own = (await histories).get(stored.id) ?? [];
        return Promise.all(own.map((version) => itemVersion(place, stored, version)));
      });
    }
  }
}

/** An archive may have hundreds of loads; nobody is kept waiting for what they weighed. */
const MOST_SUMMED = 20;

async function sum(
  deliveries: Deliveries,
  loads: readonly string[],
  label: string,
): Promise<Partial<Delivery> | undefined> {
  if (loads.length > MOST_SUMMED) return undefined;
  const found = await Promise.all(loads.map((load) => deliveries.of(load, label)));
  const known = found.filter((one) => one !== undefined);
  if (found.length === 1) return found[0];
  const bytes = known.length < found.length ? undefined : known.reduce((all, one) => all + one.bytes, 0);
  return { url: known[0]?.url, bytes };
}

async function itemVersion(
  { source, deliveries }: Place,
  { id, part: now, state: itemState }: StoredPart,
  { version, load, part, state }: PartVersion,
): Promise<ItemVersion> {
  const delivery = await deliveries.of(load.loadId, part.label);
  const { etag } = part.validators;
  const facts = { delivery, rows: part.rows, modified: modifiedOf(part, new Date(load.at)) };
  return {
    loadId: load.loadId,
    loadedAt: new Date(load.at),
    kind: load.kind,
    version,
    isCurrent: itemState !== 'gone' && now.loads.includes(load.loadId),
    ...(etag !== undefined && { etag }),
    file: new ItemFile(source, { state, id, part, loads: [load.loadId] }, facts),
  };
}

function metadataOf(
  { dataset }: BronzeNode,
  { part }: StoredPart,
  delivery: Partial<Delivery> | undefined,
): ItemMetadata {
  const { validators, fingerprint, count, cursor, checked } = part;
  const { etag, lastModified } = validators;
  const { owner, license } = dataset;
  const known = { url: delivery?.url, etag, lastModified, fingerprint, count, cursor, owner, license };
  return {
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    ...(checked !== undefined && { checkedAt: new Date(checked) }),
  };
}

function modifiedOf({ validators }: StoredPart['part'], otherwise: Date): Date {
  const told = new Date(validators.lastModified ?? '');
  return Number.isNaN(told.getTime()) ? otherwise : told;
}
