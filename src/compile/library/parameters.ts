/** Kinds of arguments that the library's macros take: how each is read, and what to say where it is something else. */
import type { Json } from '../../project/types.js';

export interface Parameter<T> {
  /** What is expected, to stand in a sentence: `a name or a list of names`. */
  readonly expected: string;
  /** The value, or undefined where the argument is something else. */
  readonly read: (value: Json) => T | undefined;
  /** Stands in for an argument that is not given, or given as null. Without it the argument is needed. */
  readonly fallback?: { readonly value: T };
  /** How the reference writes the fallback. */
  readonly byDefault?: string;
}

const textOf = (value: Json): string | undefined =>
  typeof value === 'string' && value.trim() !== ''
    ? value
    : typeof value === 'number'
      ? String(value)
      : undefined;

function listOf(value: Json): readonly string[] | undefined {
  const texts = (Array.isArray(value) ? (value as readonly Json[]) : [value]).map(textOf);
  return texts.includes(undefined) ? undefined : (texts as readonly string[]);
}

/** A piece of SQL: a column, an expression, a number. */
export const sql: Parameter<string> = { expected: 'a SQL expression', read: textOf };

/** Several of them; one alone is a list of one. */
export const sqlList: Parameter<readonly string[]> = {
  expected: 'a list of SQL expressions',
  read: (value) => (Array.isArray(value) && value.length === 0 ? undefined : listOf(value)),
};

/** `(ref 'x')`, or the name of a CTE. */
export const relation: Parameter<string> = {
  expected: "a relation: (ref 'x')",
  read: (value) => textOf(value),
};

export const relations: Parameter<readonly string[]> = {
  expected: "a list of relations: (list (ref 'a') (ref 'b'))",
  read: (value) => (Array.isArray(value) && value.length > 0 ? listOf(value) : undefined),
};

/** Names of columns. */
export const names: Parameter<readonly string[]> = {
  expected: "a name or a list of names: (list 'a' 'b')",
  read: listOf,
};

/** A text that is a name or part of one; may be empty. */
export const text: Parameter<string> = {
  expected: 'a text',
  read: (value) => (typeof value === 'string' ? value : undefined),
};

export const flag: Parameter<boolean> = {
  expected: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};

/** A whole number from `least`. */
export const count = (least: number): Parameter<number> => ({
  expected: `a whole number from ${least}`,
  read: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? value : undefined,
});

export const oneOf = <const T extends string>(...allowed: readonly T[]): Parameter<T> => ({
  expected: `one of ${allowed.join(', ')}`,
  read: (value) => allowed.find((one) => one === value),
});

/** Values that rows may have. */
export const values: Parameter<readonly (string | number | boolean)[]> = {
  expected: "a list of values: (list 'red' 'blue')",
  read: (value) =>
    Array.isArray(value) && value.every((item) => ['string', 'number', 'boolean'].includes(typeof item))
      ? (value as readonly (string | number | boolean)[])
      : undefined,
};

/** Column names to texts. */
export const mapping: Parameter<ReadonlyMap<string, string>> = {
  expected: "a mapping: (dict a='x')",
  read(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value as Readonly<Record<string, Json>>);
    return entries.every(([, item]) => typeof item === 'string')
      ? new Map(entries as [string, string][])
      : undefined;
  },
};

/** The same, with a value for those who leave it out; `shown` is how the reference writes it. */
export function optional<T>(parameter: Parameter<T>, value: T, shown?: string): Parameter<T> {
  return { ...parameter, fallback: { value }, byDefault: shown };
}
