import { rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'not_null',
  from: 'dbt',
  meaning: 'No value is NULL.',
  on: 'column',
  arguments: {},
  fails: ({ column }) => `${column} is null`,
  // DuckDB answers this from the statistics of a file that has no NULL.
  failing: ({ column }) => `count(*) - count(${column})`,
});
