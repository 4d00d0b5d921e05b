import type { GenericTest } from '../generic-test.js';
import { rowCondition } from '../shapes/aggregate-test.js';

export const test: GenericTest = {
  name: 'expect_column_values_to_be_unique',
  from: 'dbt_expectations',
  meaning: 'No value occurs twice; NULL is passed over.',
  on: 'column',
  arguments: { row_condition: rowCondition },
  sql: ({ subject, column }) =>
    `select ${column}, count(*) as "_rows"\nfrom ${subject}\nwhere ${column} is not null\ngroup by ${column}\nhaving count(*) > 1\norder by "_rows" desc, ${column}`,
  scan: ({ column }) => `count(${column}) - count(distinct ${column})`,
};
