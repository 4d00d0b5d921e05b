import type { GenericTest } from './generic-test.js';

/** NULLs are not compared, as in SQL and dbt. One row per value that stands more than once. */
export const unique: GenericTest = {
  name: 'unique',
  on: 'column',
  sql: ({ subject, column }) =>
    `select ${column}, count(*) as "_rows"\nfrom ${subject}\nwhere ${column} is not null\ngroup by ${column}\nhaving count(*) > 1\norder by "_rows" desc, ${column}`,
};
