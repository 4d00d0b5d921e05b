/**
 * Statistics of one file, by which readers skip files: a bound that is too narrow loses rows, one left out costs time.
 * Source: Delta protocol, "Per-file Statistics",
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#per-file-statistics
 */
import type { StagedFile } from '../types.js';
import type { DeltaField } from './schema.js';

type ColumnStats = Readonly<Record<string, string>>;
type Bound = 'min' | 'max';

/**
 * The `stats` of an add action, JSON as text.
 *
 * Bounds of a file are written for all of its columns or for none: where one column of a file with `minValues` has no
 * bound, delta-rs (`to_pyarrow_dataset`, and `to_pandas` with filters) takes it for `column >= NULL` and finds no row;
 * the same with `nullCount`. Numbers are copied digit by digit, for JavaScript would round those beyond 2^53. Strings
 * are never cut: DuckDB leaves out what is longer than 256 bytes.
 * @param fields The table's columns without those that it is partitioned by.
 * @param absent Names of fields that the file does not have: all of their rows are NULL.
 */
export function fileStats(
  { rows, columnStats }: Pick<StagedFile, 'rows' | 'columnStats'>,
  fields: readonly DeltaField[],
  absent: readonly string[] = [],
): string {
  const byColumn = topLevelStats(columnStats);
  const statsOf = (name: string): ColumnStats | undefined =>
    absent.includes(name) ? { null_count: String(rows) } : byColumn.get(name);
  const columns = fields.filter(isCounted).map((field) => ({ ...field, stats: statsOf(field.name) ?? {} }));
  const nullCount = all(columns.map(({ name, stats }) => member(name, countJson(stats['null_count']))));
  const bounded = columns.filter(
    ({ type, stats }) => type !== 'binary' && stats['null_count'] !== String(rows),
  );
  const boundsOf = (bound: Bound): string[] | undefined =>
    all(bounded.map(({ name, type, stats }) => member(name, boundJson(String(type), stats, bound))));
  const [minValues, maxValues] = fields.some(isStruct) ? [] : [boundsOf('min'), boundsOf('max')];
  const bounds =
    nullCount && minValues && maxValues && `"minValues":{${minValues}},"maxValues":{${maxValues}}`;
  return `{${[`"numRecords":${rows}`, bounds, nullCount && `"nullCount":{${nullCount}}`].filter(Boolean).join(',')}}`;
}

/** The columns that a file really has, in lower case, as its statistics name them; undefined when it brought none. */
export function columnsInFile(columnStats: StagedFile['columnStats']): ReadonlySet<string> | undefined {
  const names = Object.keys(columnStats).map((key) => keyParts(key)[0]!.toLowerCase());
  return names.length === 0 ? undefined : new Set(names);
}

/** DuckDB counts the NULLs of a nested column's leaves only. */
const isCounted = ({ type }: DeltaField): boolean => typeof type === 'string';

/** Its leaves may have bounds, the column itself has none. delta-rs wants them all the same; lists and maps it leaves out. */
const isStruct = ({ type }: DeltaField): boolean => typeof type !== 'string' && type.type === 'struct';

function topLevelStats(columnStats: StagedFile['columnStats']): Map<string, ColumnStats> {
  const byColumn = new Map<string, ColumnStats>();
  for (const [key, stats] of Object.entries(columnStats)) {
    const [name, ...below] = keyParts(key);
    if (below.length === 0) byColumn.set(name!, stats);
  }
  return byColumn;
}

/** RETURN_STATS quotes and dots its keys: `"a ""b"""."element"` → `['a "b"', 'element']`. */
function keyParts(key: string): string[] {
  const quoted = key.match(/"(?:[^"]|"")*"/g);
  return quoted === null ? [key] : quoted.map((part) => part.slice(1, -1).replaceAll('""', '"'));
}

function all<T>(values: readonly (T | undefined)[]): T[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}

const member = (name: string, json: string | undefined): string | undefined =>
  json === undefined ? undefined : `${JSON.stringify(name)}:${json}`;

const countJson = (text: string | undefined): string | undefined =>
  /^\d+$/.test(text ?? '') ? text : undefined;

function boundJson(type: string, stats: ColumnStats, bound: Bound): string | undefined {
  const text = stats[bound];
  if (text === undefined) return undefined;
  if (type === 'string') return JSON.stringify(text);
  if (type === 'boolean') return { '0': 'false', '1': 'true' }[text];
  if (type === 'date') return /^\d{4}-\d\d-\d\d$/.test(text) ? JSON.stringify(text) : undefined;
  if (type === 'timestamp' || type === 'timestamp_ntz') return timestampJson(type, text, bound);
  // DuckDB's greatest double passes over NaN, which Spark takes for the greatest.
  const isFloat = type === 'float' || type === 'double';
  return isFloat && stats['has_nan'] !== 'false' ? undefined : numberJson(text);
}

/** DuckDB writes infinity as `inf`, which no bound can hold. */
function numberJson(text: string): string | undefined {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? text : undefined;
}

/** Milliseconds: a lower bound is rounded down, an upper one up. Years outside 0000 to 9999 have no bound. */
function timestampJson(type: string, text: string, bound: Bound): string | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?$/.exec(text);
  if (match === null) return undefined;
  const micros = Number((match[3] ?? '').padEnd(6, '0'));
  const millis = bound === 'max' ? Math.ceil(micros / 1000) : Math.floor(micros / 1000);
  const iso = new Date(Date.parse(`${match[1]}T${match[2]}Z`) + millis).toISOString();
  if (!/^\d{4}-/.test(iso)) return undefined;
  return JSON.stringify(type === 'timestamp' ? iso : iso.slice(0, -1));
}
