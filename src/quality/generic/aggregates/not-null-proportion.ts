import { aggregateTest } from '../shapes/aggregate-test.js';
import { between, isGiven } from '../shapes/bounds.js';
import { groupedByColumns } from '../shapes/group-by-columns.js';

export const test = groupedByColumns(
  aggregateTest({
    name: 'not_null_proportion',
    from: 'dbt_utils',
    meaning: 'The share of values that are not NULL lies between at_least and at_most.',
    on: 'column',
    arguments: {
      at_least: { kind: 'number', required: true, meaning: 'Least share, from 0 to 1.' },
      at_most: { kind: 'number', meaning: 'Largest share; 1 by default.' },
    },
    // Both shares are decimals, so that 0.9 of ten rows is 0.9 exactly.
    value: ({ column }) => `round(count(${column}) / nullif(count(*), 0), 12)`,
    holds: (share, { at_least, at_most }) =>
      between(share, { min_value: Number(at_least), max_value: isGiven(at_most) ? Number(at_most) : 1 }),
  }),
);
