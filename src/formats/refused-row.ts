/** Why a format cannot have a row, out of what the engine says of the SQL that writes it. */
import type { LakeError } from '../errors/lake-error.js';

export interface RefusedRow {
  /** GeoJSON: `these are no degrees: 630084 4833438`. */
  readonly place?: string;
  /** XLSX: `the column "words" has a text of 40000 characters`. */
  readonly long?: string;
}

/** Empty where the error is about something else. */
export function refusedRow({ message }: LakeError): RefusedRow {
  const place =
    /(?:these are no degrees|this is no geometry|GeoJSON is not made of|Failed to parse geometry).*/.exec(
      message,
    )?.[0];
  const long = /the column .* has a text of \d+ characters/.exec(message)?.[0];
  return { ...(place !== undefined && { place }), ...(long !== undefined && { long }) };
}
