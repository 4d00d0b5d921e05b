/** Rows that are written in a unit test: their columns, their types, their values as text. */
import type { Json } from '../project/types.js';

type Row = Readonly<Record<string, Json>>;

export interface TypedColumn {
  readonly name: string;
  /** As DuckDB writes it. */
  readonly type: string;
}

/** Names that any row has, in order of first mention. Case does not tell two names apart. */
export function rowNames(rows: readonly Row[]): readonly string[] {
  const names = new Map<string, string>();
  for (const name of rows.flatMap((row) => Object.keys(row))) {
    const key = name.toLowerCase();
    if (!names.has(key)) names.set(key, name);
  }
  return [...names.values()];
}

/** The known columns, then those of the rows that are not known, with a type that all of their values have. */
export function givenColumns(rows: readonly Row[], known: readonly TypedColumn[]): readonly TypedColumn[] {
  const there = new Set(known.map(({ name }) => name.toLowerCase()));
  const others = rowNames(rows).filter((name) => !there.has(name.toLowerCase()));
  return [
    ...known.map(({ name, type }) => ({ name, type: type === '' ? typeOf(rows, name) : type })),
    ...others.map((name) => ({ name, type: typeOf(rows, name) })),
  ];
}

/** Each row's values as text in the order of the names; what a row does not name is NULL. */
export function literalRows(rows: readonly Row[], names: readonly string[]): (string | null)[][] {
  return rows.map((row) => {
    const byName = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
    return names.map((name) => literal(byName.get(name.toLowerCase())));
  });
}

/** Whether the row names the column. */
export function hasColumn(row: Row, name: string): boolean {
  return Object.keys(row).some((key) => key.toLowerCase() === name.toLowerCase());
}

function literal(value: Json | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Types that are tried, the narrowest first, as a seed's values are read. */
const TYPES: readonly (readonly [type: string, pattern: RegExp])[] = [
  ['BOOLEAN', /^(true|false)$/i],
  ['INTEGER', /^[+-]?(0|[1-9]\d{0,8})$/],
  ['BIGINT', /^[+-]?(0|[1-9]\d{0,17})$/],
  ['DOUBLE', /^[+-]?(0|[1-9]\d*)?(\.\d+|\d\.)?(e[+-]?\d+)?$/i],
  ['DATE', /^\d{4}-\d{2}-\d{2}$/],
  ['TIMESTAMP', /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/],
  ['TIMESTAMP WITH TIME ZONE', /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$/],
];

function typeOf(rows: readonly Row[], name: string): string {
  const values = literalRows(rows, [name]).flatMap(([value]) => (value === null ? [] : [value!]));
  if (values.length === 0) return 'VARCHAR';
  return (
    TYPES.find(([, pattern]) => values.every((value) => pattern.test(value) && value !== ''))?.[0] ??
    'VARCHAR'
  );
}
