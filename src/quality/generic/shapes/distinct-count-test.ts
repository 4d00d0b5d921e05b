/** Tests that compare the number of different values of a column with a number. */
import type { GenericTest } from '../generic-test.js';
import { aggregateTest, groupBy, rowCondition } from './aggregate-test.js';
import { boundSql } from './bounds.js';

export function distinctCountTest(
  { name, meaning }: Pick<GenericTest, 'name' | 'meaning'>,
  operator: '=' | '>' | '<',
): GenericTest {
  return aggregateTest({
    name,
    from: 'dbt_expectations',
    meaning,
    on: 'column',
    arguments: {
      value: { kind: 'bound', required: true, meaning: 'The number that it is compared with.' },
      group_by: groupBy,
      row_condition: rowCondition,
    },
    value: ({ column }) => `count(distinct ${column})`,
    holds: (count, { value }) => `${count} ${operator} ${boundSql(value!)}`,
  });
}
