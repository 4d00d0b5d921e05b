/** One DuckDB value as JSON: exact integers, decimals as text, dates and timestamps in ISO 8601, NaN as text. */
import {
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  type DuckDBValueConverter,
  type Json,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api';

const wholeNumbers = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
]);
const timestamps = new Set([
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
]);

/** The driver's JSON converter, but for whole numbers that a double holds exactly and for timestamps. */
export const jsonConverter: DuckDBValueConverter<Json> = (value: DuckDBValue, type: DuckDBType) => {
  if (value === null) return null;
  if (wholeNumbers.has(type.typeId)) return exactNumber(value as bigint);
  if (timestamps.has(type.typeId)) return isoTimestamp(String(value));
  return JsonDuckDBValueConverter(value, type, jsonConverter);
};

function exactNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** `2004-01-03 05:00:00+00` (the process lives in UTC) → `2004-01-03T05:00:00Z`; `infinity` stays. */
function isoTimestamp(text: string): string {
  return text.replace(/^(\d+-\d\d-\d\d) /, '$1T').replace(/\+00$/, 'Z');
}
