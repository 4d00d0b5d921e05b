/** datastore_search's parameters, checked as CKAN checks them, and the rows that they select. */

import { filterRows, type RowSet, type SortKey, sortRows, type Value } from '../rows/row-set.js';
import type { OpenTable } from '../rows/table.js';
import { invalid } from './errors.js';
import type { AnswerColumn } from './rows-as-text.js';

export type Parameters = Readonly<Record<string, unknown>>;

export interface DatastoreQuery {
  readonly columns: readonly AnswerColumn[];
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly sort: readonly { readonly column: AnswerColumn; readonly descending: boolean }[];
}

const idColumn: AnswerColumn = { name: '_id', type: 'int', position: undefined };

/** @throws CkanError 409 for a column that the table does not have, and for what this portal does not do. */
export function parseQuery(table: OpenTable, parameters: Parameters): DatastoreQuery {
  for (const name of ['q', 'distinct', 'language', 'plain']) {
    if (given(parameters[name])) throw invalid({ [name]: ['The local portal does not do this'] });
  }
  const all = [
    idColumn,
    ...table.columns.map(
      (column, i): AnswerColumn => ({ name: column.name, type: column.type, position: table.positions[i] }),
    ),
  ];
  const columnOf = (parameter: string, name: string): AnswerColumn => {
    const column = all.find((candidate) => candidate.name === name);
    if (column === undefined) throw invalid({ [parameter]: [`invalid value "${name}"`] });
    return column;
  };

  const filters: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(jsonObject(parameters.filters))) {
    columnOf('filters', name);
    filters[name] = (Array.isArray(value) ? value : [value]).map(String);
  }
  return {
    columns: given(parameters.fields)
      ? nameList(parameters.fields).map((name) => columnOf('fields', name))
      : all,
    filters,
    sort: nameList(parameters.sort ?? '').map((part) => {
      const match = /^"?(.+?)"?(?:\s+(asc|desc))?(?:\s+nulls\s+(?:first|last))?$/i.exec(part);
      return {
        column: columnOf('sort', match?.[1] ?? part),
        descending: match?.[2]?.toLowerCase() === 'desc',
      };
    }),
  };
}

export async function selectRows(table: OpenTable, query: DatastoreQuery): Promise<RowSet> {
  const { store } = table;
  const conditions = Object.entries(query.filters).map(([name, wanted]) => {
    const position =
      query.columns.find((column) => column.name === name)?.position ?? positionOf(table, name);
    return { position, wanted: new Set(wanted) };
  });
  const chosen: RowSet =
    conditions.length === 0
      ? { all: store.count }
      : await filterRows(store, (values, row) =>
          conditions.every(({ position, wanted }) => {
            const value = position === undefined ? String(row + 1) : (values[position] ?? null);
            return value !== null && wanted.has(value);
          }),
        );
  const [first] = query.sort;
  if (first === undefined || (first.column.position === undefined && !first.descending)) return chosen;
  return sortRows(
    store,
    chosen,
    query.sort.map(({ column, descending }) => sortKey(column, descending)),
  );
}

function positionOf(table: OpenTable, name: string): number | undefined {
  const index = table.columns.findIndex((column) => column.name === name);
  return index < 0 ? undefined : table.positions[index];
}

function sortKey(column: AnswerColumn, descending: boolean): SortKey {
  const { position } = column;
  const read = (values: readonly Value[], row: number): Value =>
    position === undefined ? String(row + 1) : (values[position] ?? null);
  const isNumber = position === undefined || /^(int|float|numeric)/.test(column.type);
  return { read, descending, comparable: isNumber ? Number : (value) => value };
}

/** A whole number from 0 up, or the fallback. */
export function integer(parameters: Parameters, name: string, fallback: number): number {
  const value = parameters[name];
  if (!given(value)) return fallback;
  const number = Number(value);
  if (!Number.isInteger(number)) throw invalid({ [name]: ['Invalid integer'] });
  if (number < 0) throw invalid({ [name]: ['Must be a natural number'] });
  return number;
}

export function boolean(parameters: Parameters, name: string, fallback: boolean): boolean {
  const value = parameters[name];
  return given(value) ? /^(true|yes|on|1|t|y)$/i.test(String(value)) : fallback;
}

export function given(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function nameList(value: unknown): string[] {
  const list = Array.isArray(value) ? value.map(String) : String(value).split(',');
  return list.map((name) => name.trim()).filter((name) => name !== '');
}

function jsonObject(value: unknown): Record<string, unknown> {
  if (!given(value)) return {};
  let parsed: unknown = value;
  if (typeof value === 'string') {
    try {
      parsed = JSON.parse(value);
    } catch {
      throw invalid({ filters: ['Cannot parse JSON'] });
    }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid({ filters: ['Not a valid dictionary'] });
  }
  return parsed as Record<string, unknown>;
}
