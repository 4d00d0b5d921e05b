import { rowCondition } from '../shapes/aggregate-test.js';
import { boundSql } from '../shapes/bounds.js';
import { not, rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_column_value_lengths_to_equal',
  from: 'dbt_expectations',
  meaning: 'Every text has this number of characters.',
  on: 'column',
  arguments: {
    value: { kind: 'bound', required: true, meaning: 'Number of characters.' },
    row_condition: rowCondition,
  },
  fails: ({ column }, { value }) => not(`length(${column}) = ${boundSql(value!)}`),
});
