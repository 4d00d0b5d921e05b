import { aggregateTest } from '../shapes/aggregate-test.js';
import { between, needsBound } from '../shapes/bounds.js';

/** One row with the count when it is out of bounds; both bounds belong to the range. */
export const test = aggregateTest({
  name: 'row_count',
  from: 'lake',
  meaning: 'The table has a number of rows between min and max.',
  on: 'table',
  arguments: {
    min: { kind: 'whole number', meaning: 'Least number of rows.' },
    max: { kind: 'whole number', meaning: 'Largest number of rows.' },
  },
  check: ({ min, max }) => needsBound({ min_value: min!, max_value: max! })?.replaceAll('_value', ''),
  value: () => 'count(*)',
  holds: (count, { min, max }) => between(count, { min_value: min, max_value: max }),
});
