import type { GenericTest } from '../generic-test.js';
import { isOneOf } from '../shapes/literals.js';
import { setArguments } from '../shapes/value-set.js';

/** One row per value that the set lacks. */
export const test: GenericTest = {
  name: 'expect_column_distinct_values_to_be_in_set',
  from: 'dbt_expectations',
  meaning: 'Every value is one of the set; NULL is none of it. Each wrong value counts once.',
  on: 'column',
  arguments: setArguments,
  sql: ({ subject, column }, { value_set, quote_values }) =>
    `select distinct ${column}\nfrom ${subject}\nwhere (${isOneOf(column!, value_set, quote_values)}) is not true`,
  scan: ({ column }, { value_set, quote_values }) =>
    `count(*) filter (where (${isOneOf(column!, value_set, quote_values)}) is not true)`,
};
