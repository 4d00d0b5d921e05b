/** What portals sent for the parts of a load, from the page logs: where it came from, how long it was, its checksum. */
import type { PageRecord } from '../../lakehouse/types.js';

export interface Delivery {
  /** Address of its first body. */
  readonly url: string;
  /** Of all its bodies as they are read: unpacked. */
  readonly bytes: number;
  /** SHA-256 (hex) of the body, where it came as one. */
  readonly sha256?: string;
}

/** A page log holds 20,000 bodies at most; so many of them are kept. */
const KEPT = 8;

export class Deliveries {
  readonly #read: (run: string) => Promise<readonly PageRecord[]>;
  readonly #loads = new Map<string, Promise<ReadonlyMap<string, Delivery>>>();

  constructor(read: (run: string) => Promise<readonly PageRecord[]>) {
    this.#read = read;
  }

  /** Undefined where nothing was kept of it. @param label `_source_part` of the part. */
  async of(load: string, label: string): Promise<Delivery | undefined> {
    let known = this.#loads.get(load);
    if (!known) {
      known = this.#read(load).then(byLabel);
      this.#loads.set(load, known);
      const oldest = this.#loads.keys().next().value;
      if (this.#loads.size > KEPT && oldest !== undefined) this.#loads.delete(oldest);
    }
    return (await known).get(label);
  }
}

function byLabel(pages: readonly PageRecord[]): ReadonlyMap<string, Delivery> {
  const found = new Map<string, Delivery>();
  for (const { part, url, bytes, sha256 } of pages) {
    const before = found.get(part);
    found.set(part, before ? { url: before.url, bytes: before.bytes + bytes } : { url, bytes, sha256 });
  }
  return found;
}
