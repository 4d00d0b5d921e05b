/** A generated table: its lines in the portal's stored form, and what `portal.yml` says of it. */
import { CanonicalWriter } from '../rows/canonical.js';

/** A value; `null` is NULL. */
export type Cell = string | number | null;

/** A table that is ready to be written. */
export interface SampleTable {
  /** Path below the sample's folder. */
  readonly file: string;
  readonly bytes: Buffer;
  readonly rows: number;
  /** Served columns: name → the portal's type. */
  readonly columns: Readonly<Record<string, string>>;
  /** ISO 8601 UTC. */
  readonly updatedAt: string;
}

/** @param stored columns that stand in the file behind the served ones, such as `:id`. */
export function sampleTable(
  file: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly Cell[])[],
  updatedAt: string,
  stored: readonly string[] = [],
): SampleTable {
  const writer = new CanonicalWriter();
  writer.add([...Object.keys(columns), ...stored]);
  for (const row of rows) writer.add(row);
  return { file, bytes: writer.finish(), rows: rows.length, columns, updatedAt };
}

/** What every table of the sample is made from. */
export interface SampleSettings {
  readonly day: number;
  readonly seed: number;
}
