/** What the world says now: the portal per dataset, the lake per table. Facts or an error, never an exception for all. */
import type { ErrorInfo } from '../errors/lake-error.js';
import type { TableHead, TableId } from '../lakehouse/types.js';
import type { Part, Probe, Since } from '../sources/types.js';

export interface PartFacts {
  readonly part: Part;
  readonly probe: Probe;
  /** Where an incremental fetch of this part would start (lookback subtracted); undefined: a full one. */
  readonly since?: Since;
  /** True when the manifest's time since the last sweep has passed. */
  readonly sweepDue?: boolean;
  /** The fetch policy by which it was not asked about: the probe says what the lake knows. */
  readonly kept?: string;
  /** The fetch policy by which it is fetched whatever the probe says. */
  readonly always?: string;
  /** That it was asked about is to be kept. */
  readonly remember?: true;
  /** A backfill asks for these, and for nothing else. */
  readonly stretches?: readonly StretchFacts[];
}

/** `--since --until --by`: the time that is asked for again, by the datasets' own cursors; ISO 8601 dates or instants. */
export interface Backfill {
  readonly since: string;
  /** Not included; left out: until now. */
  readonly until?: string;
  /** One request for each of these; left out: one for all. */
  readonly by?: 'day' | 'week' | 'month' | 'year';
}

/** One stretch of a part that a backfill asks for: a unit of its own, fetched and resumed by itself. */
export interface StretchFacts {
  /** Id of the part with the beginning of the stretch. */
  readonly id: string;
  readonly since: Since;
  /** Rows of the stretch as the portal counts them. */
  readonly count: number;
}

/** Parts that are asked for once more, for these reasons: in full, or from where they were asked for before. */
export type Again = ReadonlyMap<
  string,
  {
    readonly reason: string;
    readonly full: boolean;
    /** Together with the ids of all its rows, to find those that are gone. */
    readonly sweep?: boolean;
  }
>;

export type DatasetFacts =
  | {
      readonly status: 'ok';
      readonly parts: readonly PartFacts[];
      /** Sentences that a person should read although nothing failed. */
      readonly notes?: readonly string[];
      readonly requests: number;
    }
  /** Parts depend on rows of a dataset that is itself about to change. */
  | { readonly status: 'depends'; readonly on: string }
  | { readonly status: 'error'; readonly error: ErrorInfo; readonly requests: number };

export interface Facts {
  /** Dataset name → what its portal says. */
  readonly datasets: Readonly<Record<string, DatasetFacts>>;
  readonly tables: Readonly<Record<TableId, TableHead>>;
}
