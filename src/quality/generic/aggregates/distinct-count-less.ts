import { aggregateTest, groupBy, rowCondition } from '../shapes/aggregate-test.js';
import { boundSql } from '../shapes/bounds.js';

export const test = aggregateTest({
  name: 'expect_column_distinct_count_to_be_less_than',
  from: 'dbt_expectations',
  meaning: 'There are fewer different values than this.',
  on: 'column',
  arguments: {
    value: { kind: 'bound', required: true, meaning: 'The number that it is compared with.' },
    group_by: groupBy,
    row_condition: rowCondition,
  },
  value: ({ column }) => `count(distinct ${column})`,
  holds: (count, { value }) => `${count} < ${boundSql(value!)}`,
});
