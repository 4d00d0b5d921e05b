import type { GenericTest } from '../generic-test.js';
import { between, boundArguments, needsBound } from '../shapes/bounds.js';
import { columnsOf } from '../shapes/described.js';

const { min_value, max_value } = boundArguments;

export const test: GenericTest = {
  name: 'expect_table_column_count_to_be_between',
  from: 'dbt_expectations',
  meaning: 'The number of columns lies between min_value and max_value.',
  on: 'table',
  arguments: { min_value, max_value },
  check: needsBound,
  sql: ({ subject }, args) =>
    `select count(*) as "columns"\nfrom ${columnsOf(subject)}\nhaving not (${between('count(*)', args)})`,
};
