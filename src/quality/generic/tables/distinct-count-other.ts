import type { GenericTest } from '../generic-test.js';
import { columnSql } from '../shapes/columns.js';
import { compareConditions, compareModel, compareSql } from '../shapes/compare.js';

const { required: _, ...optional } = compareModel;

export const test: GenericTest = {
  name: 'expect_column_distinct_count_to_equal_other_table',
  from: 'dbt_expectations',
  meaning: 'There are as many different values as in a column of another table.',
  on: 'column',
  arguments: {
    compare_model: optional,
    compare_column_name: {
      kind: 'column',
      of: 'compare_model',
      meaning: 'Its column, where it has another name.',
    },
    ...compareConditions,
  },
  sql: (target, args) =>
    compareSql(target, args, {
      expression: `count(distinct ${target.column})`,
      compareExpression: `count(distinct ${columnSql(args['compare_column_name'] ?? target.columnName!)})`,
      fails: 'expression_difference > 0',
    }),
};
