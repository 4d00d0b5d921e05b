import type { GenericTest } from './generic-test.js';

/** Rows for which the expression is false; an expression that is NULL (a date is missing) says nothing. */
export const expressionIsTrue: GenericTest = {
  name: 'expression_is_true',
  on: 'table',
  sql: ({ subject }, { expression }) =>
    `select *\nfrom ${subject}\nwhere not (\n  ${String(expression).trim()}\n)`,
};
