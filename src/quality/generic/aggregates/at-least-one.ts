import { aggregateTest } from '../shapes/aggregate-test.js';
import { groupedByColumns } from '../shapes/group-by-columns.js';

export const test = groupedByColumns(
  aggregateTest({
    name: 'at_least_one',
    from: 'dbt_utils',
    meaning: 'At least one value is not NULL.',
    on: 'column',
    arguments: {},
    value: ({ column }) => `count(${column})`,
    holds: (count) => `${count} > 0`,
  }),
);
