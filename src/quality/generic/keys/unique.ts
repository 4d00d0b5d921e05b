import type { GenericTest } from '../generic-test.js';

/** NULLs are not compared, as in SQL and dbt. One row per value that stands more than once. */
export const test: GenericTest = {
  name: 'unique',
  from: 'dbt',
  meaning: 'No value occurs twice; NULL is passed over.',
  on: 'column',
  arguments: {},
  sql: ({ subject, column }) =>
    `select ${column}, count(*) as "_rows"\nfrom ${subject}\nwhere ${column} is not null\ngroup by ${column}\nhaving count(*) > 1\norder by "_rows" desc, ${column}`,
  scan: ({ column }) => `count(${column}) - count(distinct ${column})`,
};
