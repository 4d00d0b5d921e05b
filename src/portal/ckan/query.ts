/** datastore_search's parameters, checked as CKAN checks them, and the rows that they select. */

import { filterRows, type RowSet, type SortKey, sortRows, type Value } from '../rows/row-set.js';
import type { OpenTable } from '../rows/table.js';
import { invalid } from './errors.js';
import type { AnswerColumn } from './rows-as-text.js';

/** An action's parameters, from the query or a JSON body. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A checked datastore_search. */
export interface DatastoreQuery {
  readonly columns: readonly AnswerColumn[];
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Words that a row must hold: in any column, or in one. */
  readonly words: readonly { readonly column?: AnswerColumn; readonly word: string }[];
  /** Of rows that are equal in `columns` one is kept. */
  readonly distinct: boolean;
  readonly sort: readonly { readonly column: AnswerColumn; readonly descending: boolean }[];
}

const idColumn: AnswerColumn = { name: '_id', type: 'int', position: undefined };

/** PostgreSQL's ts_rank of one match, https://www.postgresql.org/docs/current/textsearch-controls.html. */
const rankOfOneMatch = '0.0607927';

/** The parameters of datastore_search as a query. @throws CkanError 409 for a column that the table does not have. */
export function parseQuery(table: OpenTable, parameters: Parameters): DatastoreQuery {
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
  const chosen = given(parameters.fields)
    ? nameList(parameters.fields).map((name) => columnOf('fields', name))
    : all;
  const words = wordsOf(parameters.q, (name) => columnOf('q', name));
  const ranks = [
    ...new Set(words.map(({ column }) => (column === undefined ? 'rank' : `rank ${column.name}`))),
  ];
  return {
    columns: [
      ...chosen,
      ...ranks.map((name) => ({ name, type: 'float4', position: undefined, constant: rankOfOneMatch })),
    ],
    filters,
    words,
    distinct: boolean(parameters, 'distinct', false),
    sort: nameList(parameters.sort ?? '').map((part) => {
      const match = /^"?(.+?)"?(?:\s+(asc|desc))?(?:\s+nulls\s+(?:first|last))?$/i.exec(part);
      return {
        column: columnOf('sort', match?.[1] ?? part),
        descending: match?.[2]?.toLowerCase() === 'desc',
      };
    }),
  };
}

/** `q`: words for all columns, or an object of column → words. */
function wordsOf(
  q: unknown,
  columnOf: (name: string) => AnswerColumn,
): { readonly column?: AnswerColumn; readonly word: string }[] {
  if (!given(q)) return [];
  const value = typeof q === 'string' && q.trimStart().startsWith('{') ? jsonObject(q, 'q') : q;
  const split = (text: unknown) => wordsIn(String(text));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, text]) =>
      split(text).map((word) => ({ column: columnOf(name), word })),
    );
  }
  return split(value).map((word) => ({ word }));
}

function wordsIn(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** The rows that a query is about, in its order. */
export async function selectRows(table: OpenTable, query: DatastoreQuery): Promise<RowSet> {
  const { store } = table;
  const conditions = Object.entries(query.filters).map(([name, wanted]) => {
    const position =
      query.columns.find((column) => column.name === name)?.position ?? positionOf(table, name);
    return { position, wanted: new Set(wanted) };
  });
  const seen = new Set<string>();
  const keep = (values: readonly Value[], row: number): boolean => {
    const read = (position: number | undefined) =>
      position === undefined ? String(row + 1) : (values[position] ?? null);
    const fits = conditions.every(({ position, wanted }) => {
      const value = read(position);
      return value !== null && wanted.has(value);
    });
    const found =
      fits &&
      query.words.every(({ column, word }) => {
        const within = column === undefined ? values : [read(column.position)];
        return within.some((value) => value !== null && wordsIn(value).includes(word));
      });
    if (!found || !query.distinct) return found;
    const key = JSON.stringify(query.columns.map((column) => read(column.position)));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
  const plain = conditions.length === 0 && query.words.length === 0 && !query.distinct;
  const chosen: RowSet = plain ? { all: store.count } : await filterRows(store, keep);
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

/** `true`, `yes`, `on`, `1` and their like, or the fallback where nothing is said. */
export function boolean(parameters: Parameters, name: string, fallback: boolean): boolean {
  const value = parameters[name];
  return given(value) ? /^(true|yes|on|1|t|y)$/i.test(String(value)) : fallback;
}

/** True of a parameter that says something. */
export function given(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function nameList(value: unknown): string[] {
  const list = Array.isArray(value) ? value.map(String) : String(value).split(',');
  return list.map((name) => name.trim()).filter((name) => name !== '');
}

function jsonObject(value: unknown, parameter = 'filters'): Record<string, unknown> {
  if (!given(value)) return {};
  let parsed: unknown = value;
  if (typeof value === 'string') {
    try {
      parsed = JSON.parse(value);
    } catch {
      throw invalid({ [parameter]: ['Cannot parse JSON'] });
    }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid({ [parameter]: ['Not a valid dictionary'] });
  }
  return parsed as Record<string, unknown>;
}
