import type { GenericTest } from '../generic-test.js';
import { equalsValue, setArguments, setRows } from '../shapes/value-set.js';

/** One row per value of the set that the column lacks. */
export const test: GenericTest = {
  name: 'expect_column_distinct_values_to_contain_set',
  from: 'dbt_expectations',
  meaning: 'Every value of the set occurs.',
  on: 'column',
  arguments: setArguments,
  sql: ({ subject, column }, { value_set, quote_values }) =>
    `select wanted."value"\nfrom ${setRows(value_set, quote_values)} as wanted\nwhere not exists (select 1 from ${subject} where ${equalsValue(column!, 'wanted."value"', value_set, quote_values)})`,
};
