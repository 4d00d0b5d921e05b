import type { GenericTest } from '../generic-test.js';
import { groupBy, rowCondition } from '../shapes/aggregate-test.js';
import { between, boundArguments, needsBound } from '../shapes/bounds.js';
import { expressionRows } from '../shapes/expression-rows.js';

export const test: GenericTest = {
  name: 'expression_between',
  from: 'dbt_expectations',
  meaning: 'A SQL expression, also an aggregate, lies between min_value and max_value.',
  on: 'table',
  arguments: {
    expression: { kind: 'sql', required: true, meaning: 'The expression.' },
    ...boundArguments,
    group_by_columns: groupBy,
    row_condition: rowCondition,
  },
  check: needsBound,
  sql: ({ subject }, args) =>
    expressionRows(subject, between(`(${String(args['expression'])}\n  )`, args), args['group_by_columns']),
};
