import { aggregateTest } from '../shapes/aggregate-test.js';
import { groupedByColumns } from '../shapes/group-by-columns.js';

export const test = groupedByColumns(
  aggregateTest({
    name: 'not_constant',
    from: 'dbt_utils',
    meaning: 'There is more than one value, or none at all.',
    on: 'column',
    arguments: {},
    value: ({ column }) => `count(distinct ${column})`,
    holds: (count) => `${count} <> 1`,
  }),
);
