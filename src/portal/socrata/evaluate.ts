/** A $where condition as a test of one row, with SQL's three values: true, false, and null for unknown. */
import type { Value } from '../rows/row-set.js';
import { typeMismatch } from './errors.js';
import { comparableOf, type Field } from './fields.js';
import type { Condition, Literal, Operator } from './soql.js';

/** A field and how to read it of a row. */
export interface BoundField {
  readonly field: Field;
  readonly read: (values: readonly Value[], row: number) => Value;
}

type Verdict = boolean | null;
type Test = (values: readonly Value[], row: number) => Verdict;

/** Names of all columns that a condition reads. */
export function columnsOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(columnsOf);
    case 'not':
      return columnsOf(condition.part);
    default:
      return [condition.column];
  }
}

/** A condition as a test of one row: unknown counts as false. @throws SodaError 400 when a literal does not fit its column's type. */
export function rowTest(
  condition: Condition,
  fields: ReadonlyMap<string, BoundField>,
): (values: readonly Value[], row: number) => boolean {
  const test = compile(condition, fields);
  return (values, row) => test(values, row) === true;
}

function compile(condition: Condition, fields: ReadonlyMap<string, BoundField>): Test {
  switch (condition.kind) {
    case 'and': {
      const parts = condition.parts.map((part) => compile(part, fields));
      return (values, row) => {
        let verdict: Verdict = true;
        for (const part of parts) {
          const one = part(values, row);
          if (one === false) return false;
          if (one === null) verdict = null;
        }
        return verdict;
      };
    }
    case 'or': {
      const parts = condition.parts.map((part) => compile(part, fields));
      return (values, row) => {
        let verdict: Verdict = false;
        for (const part of parts) {
          const one = part(values, row);
          if (one === true) return true;
          if (one === null) verdict = null;
        }
        return verdict;
      };
    }
    case 'not': {
      const part = compile(condition.part, fields);
      return (values, row) => {
        const verdict = part(values, row);
        return verdict === null ? null : !verdict;
      };
    }
    case 'match': {
      const { read } = fields.get(condition.column)!;
      const pattern = new RegExp(`^(?:${condition.pattern})$`, 's');
      return (values, row) => {
        const value = read(values, row);
        return value === null ? null : pattern.test(value);
      };
    }
    case 'null': {
      const { read } = fields.get(condition.column)!;
      return (values, row) => read(values, row) === null;
    }
    case 'in': {
      const { field, read } = fields.get(condition.column)!;
      const comparable = comparableOf(field.type);
      const wanted = new Set(condition.literals.map((literal) => operand(literal, field)));
      return (values, row) => {
        const value = read(values, row);
        return value === null ? null : wanted.has(comparable(value));
      };
    }
    case 'compare': {
      const { field, read } = fields.get(condition.column)!;
      const comparable = comparableOf(field.type);
      const wanted = operand(condition.literal, field);
      const holds = comparisons[condition.operator];
      return (values, row) => {
        const value = read(values, row);
        return value === null ? null : holds(comparable(value), wanted);
      };
    }
  }
}

type Comparable = string | number;

const comparisons: Readonly<Record<Operator, (a: Comparable, b: Comparable) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function operand(literal: Literal, field: Field): Comparable {
  const value = comparableOf(field.type)(literal.text);
  const fits = typeof value === 'number' ? !Number.isNaN(value) : literal.kind === 'text';
  if (!fits) throw typeMismatch(field.name, literal.text);
  return value;
}
