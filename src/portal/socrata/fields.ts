/** A dataset's fields, system fields included: `:id`, `:created_at`, `:updated_at`, `:version`. */
import type { Value } from '../rows/row-set.js';
import type { OpenTable, Table } from '../rows/table.js';
import { noSuchColumn } from './errors.js';

export interface Field {
  readonly name: string;
  /** SODA 2.1 type, as X-SODA2-Types names it. */
  readonly type: string;
}

export const systemFields: readonly Field[] = [
  { name: ':id', type: 'row_identifier' },
  { name: ':created_at', type: 'fixed_timestamp' },
  { name: ':updated_at', type: 'fixed_timestamp' },
  { name: ':version', type: 'row_version' },
];

export async function fieldNamed(table: Table, name: string, dataset: string): Promise<Field> {
  const found = [...systemFields, ...(await table.columns())].find((field) => field.name === name);
  if (found === undefined) throw noSuchColumn(name, dataset);
  return found;
}

/** Where a field's value comes from: a stored column, or made from the row's number. */
export type FieldSource = { readonly position: number } | { readonly make: (row: number) => string };

export function sourceOf(field: Field, open: OpenTable, updatedAt: string): FieldSource {
  if (!field.name.startsWith(':') || field.name.startsWith(':@')) {
    return { position: open.positions[open.columns.findIndex((column) => column.name === field.name)]! };
  }
  const position = open.store.columns.indexOf(field.name);
  if (position >= 0) return { position };
  if (field.name === ':id') return { make: (row) => `row-${rowCode(row)}` };
  if (field.name === ':version') return { make: (row) => `rv-${rowCode(row)}` };
  return { make: () => updatedAt };
}

export function readerOf(source: FieldSource): (values: readonly Value[], row: number) => Value {
  return 'position' in source ? (values) => values[source.position] ?? null : (_, row) => source.make(row);
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
