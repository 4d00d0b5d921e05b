import { aggregateTest, groupBy, rowCondition } from '../shapes/aggregate-test.js';
import { boundSql } from '../shapes/bounds.js';

export const test = aggregateTest({
  name: 'expect_table_row_count_to_equal',
  from: 'dbt_expectations',
  meaning: 'There are this many rows.',
  on: 'table',
  arguments: {
    value: { kind: 'bound', required: true, meaning: 'The number of rows.' },
    group_by: groupBy,
    row_condition: rowCondition,
  },
  value: () => 'count(*)',
  holds: (count, { value }) => `${count} = ${boundSql(value!)}`,
});
