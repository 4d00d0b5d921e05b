import { rowCondition } from '../shapes/aggregate-test.js';
import { columnSql } from '../shapes/columns.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_pair_values_to_be_equal',
  from: 'dbt_expectations',
  meaning: 'In every row the two columns are equal; a row where one of them is NULL is passed over.',
  on: 'table',
  arguments: {
    column_A: { kind: 'column', required: true, meaning: 'One column.' },
    column_B: { kind: 'column', required: true, meaning: 'The other.' },
    row_condition: rowCondition,
  },
  fails: (_, { column_A, column_B }) => not(`${columnSql(column_A!)} = ${columnSql(column_B!)}`),
});
