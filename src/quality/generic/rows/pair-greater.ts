import { rowCondition } from '../shapes/aggregate-test.js';
import { columnSql } from '../shapes/columns.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_pair_values_A_to_be_greater_than_B',
  from: 'dbt_expectations',
  meaning: 'In every row column_A is greater than column_B; a row where one of them is NULL is passed over.',
  on: 'table',
  arguments: {
    column_A: { kind: 'column', required: true, meaning: 'The column that must be greater.' },
    column_B: { kind: 'column', required: true, meaning: 'The column that it is compared with.' },
    or_equal: { kind: 'flag', meaning: 'true: equal values are allowed.' },
    row_condition: rowCondition,
  },
  fails: (_, { column_A, column_B, or_equal }) =>
    not(`${columnSql(column_A!)} ${or_equal === true ? '>=' : '>'} ${columnSql(column_B!)}`),
});
