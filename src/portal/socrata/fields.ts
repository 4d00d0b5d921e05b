/** A dataset's fields, system fields included: `:id`, `:created_at`, `:updated_at`, `:version`. */
import type { Value } from '../rows/row-set.js';
import type { OpenTable, Table } from '../rows/table.js';
import { noSuchColumn } from './errors.js';
import type { ValueFunction } from './soql.js';

/** A column as SODA knows it. */
export interface Field {
  readonly name: string;
  /** SODA 2.1 type, as X-SODA2-Types names it. */
  readonly type: string;
}

/** What `:*` selects. */
export const systemFields: readonly Field[] = [
  { name: ':id', type: 'row_identifier' },
  { name: ':created_at', type: 'fixed_timestamp' },
  { name: ':updated_at', type: 'fixed_timestamp' },
  { name: ':version', type: 'row_version' },
];

/**
 * The field of that name; for `upper(name)` and the like one whose values are made from it.
 * @throws SodaError 400 when the dataset has none.
 */
export async function fieldNamed(table: Table, name: string, dataset: string): Promise<Field> {
  const [, , inner = name] = call.exec(name) ?? [];
  const found = [...systemFields, ...(await table.columns())].find((field) => field.name === inner);
  if (found === undefined) throw noSuchColumn(inner, dataset);
  return inner === name ? found : { name, type: found.type };
}

const call = /^(\w+)\((.+)\)$/;

const functions: Readonly<Record<ValueFunction, (value: string) => string>> = {
  upper: (value) => value.toUpperCase(),
  lower: (value) => value.toLowerCase(),
  date_trunc_y: (value) => `${value.slice(0, 4)}-01-01T00:00:00.000`,
  date_trunc_ym: (value) => `${value.slice(0, 7)}-01T00:00:00.000`,
  date_trunc_ymd: (value) => `${value.slice(0, 10)}T00:00:00.000`,
};

/** Where the value of a field comes from that rows are written with: a stored column, or the row's number. */
export type StoredSource = { readonly position: number } | { readonly make: (row: number) => string };

/** The same, or a function of another source. */
export type FieldSource =
  | StoredSource
  | { readonly of: FieldSource; readonly apply: (value: string) => string };

/** Where to read a field of an open table; `updatedAt` is the value of the system fields that tell a time. */
export function sourceOf(field: Field, open: OpenTable, updatedAt: string): FieldSource {
  const [, name, inner] = call.exec(field.name) ?? [];
  if (name !== undefined && inner !== undefined) {
    const of = sourceOf({ name: inner, type: field.type }, open, updatedAt);
    return { of, apply: functions[name as ValueFunction] };
  }
  if (!field.name.startsWith(':') || field.name.startsWith(':@')) {
    return { position: open.positions[open.columns.findIndex((column) => column.name === field.name)]! };
  }
  const position = open.store.columns.indexOf(field.name);
  if (position >= 0) return { position };
  if (field.name === ':id') return { make: (row) => `row-${rowCode(row)}` };
  if (field.name === ':version') return { make: (row) => `rv-${rowCode(row)}` };
  return { make: () => updatedAt };
}

/** Reads a source of a row's stored values. */
export function readerOf(source: FieldSource): (values: readonly Value[], row: number) => Value {
  if ('position' in source) return (values) => values[source.position] ?? null;
  if ('make' in source) return (_, row) => source.make(row);
  const inner = readerOf(source.of);
  return (values, row) => {
    const value = inner(values, row);
    return value === null ? null : source.apply(value);
  };
}

/** `0000-0000_002s`: ascending with the row's number, in Socrata's shape. */
function rowCode(row: number): string {
  const digits = row.toString(36).padStart(12, '0');
  return `${digits.slice(0, 4)}-${digits.slice(4, 8)}_${digits.slice(8)}`;
}

/** Makes values of a type comparable: numbers as numbers, timestamps as instants, all else as text. */
export function comparableOf(type: string): (text: string) => string | number {
  if (type === 'number') return Number;
  if (type === 'floating_timestamp') return (text) => Date.parse(`${text.replace(/Z$/, '')}Z`);
  if (type === 'fixed_timestamp')
    return (text) => Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return (text) => text;
}
