import type { Json } from '../../../project/types.js';
import { rowCondition } from '../shapes/aggregate-test.js';
import { columnSql } from '../shapes/columns.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_pair_values_to_be_in_set',
  from: 'dbt_expectations',
  meaning:
    'In every row the two values are one of the pairs; a row where one of them is NULL is passed over.',
  on: 'table',
  arguments: {
    column_A: { kind: 'column', required: true, meaning: 'The column of the first values.' },
    column_B: { kind: 'column', required: true, meaning: 'The column of the second values.' },
    value_pairs_set: {
      kind: 'pairs',
      required: true,
      meaning: 'The pairs, as SQL: text in quotes of its own, `["\'a\'", 1]`.',
    },
    row_condition: rowCondition,
  },
  fails(_, { column_A, column_B, value_pairs_set }) {
    const [a, b] = [columnSql(column_A!), columnSql(column_B!)];
    const pairs = value_pairs_set as readonly (readonly [Json, Json])[];
    return not(pairs.map(([x, y]) => `(${a} = ${x} and ${b} = ${y})`).join(' or '));
  },
});
