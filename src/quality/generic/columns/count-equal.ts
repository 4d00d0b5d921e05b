import type { GenericTest } from '../generic-test.js';
import { columnsOf } from '../shapes/described.js';

export const test: GenericTest = {
  name: 'expect_table_column_count_to_equal',
  from: 'dbt_expectations',
  meaning: 'There are this many columns.',
  on: 'table',
  arguments: { value: { kind: 'whole number', required: true, meaning: 'The number of columns.' } },
  sql: ({ subject }, { value }) =>
    `select count(*) as "columns"\nfrom ${columnsOf(subject)}\nhaving count(*) <> ${Number(value)}`,
};
