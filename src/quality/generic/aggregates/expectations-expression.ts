import type { GenericTest } from '../generic-test.js';
import { groupBy, rowCondition } from '../shapes/aggregate-test.js';
import { expressionRows } from '../shapes/expression-rows.js';

export const test: GenericTest = {
  name: 'dbt_expectations.expression_is_true',
  from: 'dbt_expectations',
  meaning: 'A SQL condition, also over aggregates, is true in every row or group.',
  on: 'table',
  arguments: {
    expression: { kind: 'sql', required: true, meaning: 'The condition.' },
    test_condition: { kind: 'sql', meaning: 'What must hold of the expression; `= true` by default.' },
    group_by_columns: groupBy,
    row_condition: rowCondition,
  },
  sql: ({ subject }, { expression, test_condition, group_by_columns }) =>
    expressionRows(
      subject,
      String(expression),
      group_by_columns,
      test_condition === undefined ? undefined : String(test_condition),
    ),
};
