import type { GenericTest } from './generic-test.js';

export const notNull: GenericTest = {
  name: 'not_null',
  on: 'column',
  sql: ({ subject, column }) => `select *\nfrom ${subject}\nwhere ${column} is null`,
};
