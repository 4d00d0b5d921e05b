import { aggregateTest, groupBy, rowCondition } from '../shapes/aggregate-test.js';
import { columnList, columnSql } from '../shapes/columns.js';

export const test = aggregateTest({
  name: 'expect_multicolumn_sum_to_equal',
  from: 'dbt_expectations',
  meaning: 'The sums of the columns together are a number, or the sum of another column.',
  on: 'table',
  arguments: {
    column_list: { kind: 'columns', required: true, meaning: 'The columns that are added up.' },
    sum_total: { kind: 'bound', required: true, meaning: 'A number, or a column whose sum is meant.' },
    group_by: groupBy,
    row_condition: rowCondition,
  },
  value: (_, { column_list }) =>
    columnList(column_list)
      .map((column) => `sum(${column})`)
      .join(' + '),
  holds: (sum, { sum_total: total }) =>
    `${sum} = ${typeof total === 'number' ? total : `sum(${columnSql(total!)})`}`,
});
