import { betweenTest } from '../shapes/aggregate-test.js';

export const test = betweenTest({
  name: 'expect_column_proportion_of_unique_values_to_be_between',
  meaning: 'The number of different values by that of all values lies between min_value and max_value.',
  on: 'column',
  // Where there is no value, none is repeated.
  value: ({ column }) => `coalesce(count(distinct ${column}) / nullif(count(${column}), 0)::double, 1)`,
});
