/** What the world says now: the portal per dataset, the lake per table. Facts or an error, never an exception for all. */
import type { ErrorInfo } from '../errors/lake-error.js';
import type { TableHead, TableId } from '../lakehouse/types.js';
import type { Part, Probe, Since } from '../sources/types.js';

export interface PartFacts {
  readonly part: Part;
  readonly probe: Probe;
  /** Where an incremental fetch of this part would start (lookback subtracted); undefined: a full one. */
  readonly since?: Since;
}

/** Parts that are asked for once more, for these reasons: in full, or from where they were asked for before. */
export type Again = ReadonlyMap<string, { readonly reason: string; readonly full: boolean }>;

export type DatasetFacts =
  | { readonly status: 'ok'; readonly parts: readonly PartFacts[]; readonly requests: number }
  /** Parts depend on rows of a dataset that is itself about to change. */
  | { readonly status: 'depends'; readonly on: string }
  | { readonly status: 'error'; readonly error: ErrorInfo; readonly requests: number };

export interface Facts {
  /** Dataset name → what its portal says. */
  readonly datasets: Readonly<Record<string, DatasetFacts>>;
  readonly tables: Readonly<Record<TableId, TableHead>>;
}
