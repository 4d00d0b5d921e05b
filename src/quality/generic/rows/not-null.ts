import { rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'not_null',
  from: 'dbt',
  meaning: 'No value is NULL.',
  on: 'column',
  arguments: {},
  fails: ({ column }) => `${column} is null`,
});
