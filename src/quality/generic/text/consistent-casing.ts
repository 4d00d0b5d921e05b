import type { GenericTest } from '../generic-test.js';

/** One row per value that occurs in several cases. */
export const test: GenericTest = {
  name: 'expect_column_values_to_have_consistent_casing',
  from: 'dbt_expectations',
  meaning: 'No two values differ in upper and lower case alone.',
  on: 'column',
  arguments: {
    display_inconsistent_columns: {
      kind: 'flag',
      meaning: 'true: a row for each value that is written in several ways, else one row of counts.',
    },
  },
  sql({ subject, column }, { display_inconsistent_columns }) {
    if (display_inconsistent_columns === true) {
      return `select lower(${column}) as "value", count(distinct ${column}) as "ways"\nfrom ${subject}\ngroup by 1\nhaving count(distinct ${column}) > 1`;
    }
    const [all, folded] = [`count(distinct ${column})`, `count(distinct lower(${column}))`];
    return `select ${all} as "values", ${folded} as "without_case"\nfrom ${subject}\nhaving ${all} <> ${folded}`;
  },
  scan: ({ column }) => `count(distinct ${column}) - count(distinct lower(${column}))`,
};
