/** The arguments of generic tests: what each may hold, and what is wrong with those that somebody wrote. */
import type { Json } from '../../project/types.js';

export type ArgumentKind =
  /** A column, or an expression over columns. */
  | 'column'
  | 'columns'
  /** A SQL expression or condition. */
  | 'sql'
  /** A number, a date, or a SQL expression. */
  | 'bound'
  | 'number'
  | 'whole number'
  | 'text'
  | 'texts'
  | 'flag'
  | 'value'
  | 'values'
  | 'pairs'
  /** A dataset, model, seed or snapshot. */
  | 'relation'
  | 'choice'
  /** Anything: an argument of a project's own test. */
  | 'any';

export interface Argument {
  readonly kind: ArgumentKind;
  readonly meaning: string;
  readonly required?: true;
  /** The argument that names the table of these columns; the table itself where left out. */
  readonly of?: string;
  /** Of a choice. */
  readonly choices?: readonly string[];
}

export interface ArgumentProblem {
  readonly argument: string;
  /** Whether the name or the value is wrong; `test`: something is missing. */
  readonly point: 'key' | 'value' | 'test';
  readonly message: string;
  readonly expected?: string;
}

const EXPECTED: Readonly<Record<ArgumentKind, string>> = {
  column: 'a column, or a SQL expression',
  columns: 'a column, or a list of columns',
  sql: 'a SQL expression',
  bound: 'a number, a date or a SQL expression',
  number: 'a number',
  'whole number': 'a whole number of at least 0',
  text: 'text',
  texts: 'a list of texts',
  flag: 'true or false',
  value: 'text, a number, true or false',
  values: 'a list of values',
  pairs: 'a list of pairs: [[a, b], [c, d]]',
  relation: "a dataset or model: a name, or ref('name')",
  choice: '',
  any: 'any value',
};

/** What an argument may be, in words. */
export function expectedOf({ kind, choices = [] }: Argument): string {
  return kind === 'choice' ? `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}` : EXPECTED[kind];
}

/** Every argument that is unknown, missing or of the wrong kind. */
export function checkArguments(
  known: Readonly<Record<string, Argument>>,
  given: Readonly<Record<string, Json>>,
): readonly ArgumentProblem[] {
  const problems: ArgumentProblem[] = [];
  for (const [argument, value] of Object.entries(given)) {
    const spec = Object.hasOwn(known, argument) ? known[argument] : undefined;
    if (!spec) problems.push({ argument, point: 'key', message: `has no argument "${argument}"` });
    else if (value !== null && !fits(spec, value)) {
      problems.push({
        argument,
        point: 'value',
        message: `cannot take ${shown(value)} as ${argument}`,
        expected: expectedOf(spec),
      });
    }
  }
  for (const [argument, spec] of Object.entries(known)) {
    if (spec.required && (given[argument] === undefined || given[argument] === null))
      problems.push({ argument, point: 'test', message: `needs ${argument}` });
  }
  return problems;
}

function fits({ kind, choices }: Argument, value: Json): boolean {
  switch (kind) {
    case 'column':
    case 'sql':
    case 'relation':
      return isText(value);
    case 'text':
      return typeof value === 'string';
    case 'columns':
      return isText(value) || (Array.isArray(value) && value.every(isText));
    case 'bound':
      return typeof value === 'number' || isText(value);
    case 'number':
      return typeof value === 'number' || (isText(value) && Number.isFinite(Number(value)));
    case 'whole number':
      return isText(value) ? /^[0-9]+$/.test(value) : Number.isInteger(value) && Number(value) >= 0;
    case 'texts':
      return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
    case 'flag':
      return typeof value === 'boolean';
    case 'value':
      return isScalar(value);
    case 'values':
      // NULL always may be: a null among values says nothing.
      return (
        Array.isArray(value) &&
        value.some((one) => one !== null) &&
        value.every((one) => one === null || isScalar(one))
      );
    case 'pairs':
      return (
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isScalar))
      );
    case 'any':
      return true;
    case 'choice':
      return choices!.includes(String(value));
  }
}

function isText(value: Json): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object';
}

function shown(value: Json): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a mapping';
  return String(value);
}
