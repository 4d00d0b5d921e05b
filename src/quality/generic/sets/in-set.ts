import { isOneOf } from '../shapes/literals.js';
import { rowTest } from '../shapes/row-test.js';
import { setArguments } from '../shapes/value-set.js';

export const test = rowTest({
  name: 'expect_column_values_to_be_in_set',
  from: 'dbt_expectations',
  meaning: 'Every value is one of the set; NULL is none of it.',
  on: 'column',
  arguments: setArguments,
  fails: ({ column }, { value_set, quote_values }) =>
    `(${isOneOf(column!, value_set, quote_values)}) is not true`,
});
