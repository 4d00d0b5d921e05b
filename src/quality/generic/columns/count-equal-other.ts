import type { GenericTest } from '../generic-test.js';
import { compareModel } from '../shapes/compare.js';
import { columnsOf } from '../shapes/described.js';

export const test: GenericTest = {
  name: 'expect_table_column_count_to_equal_other_table',
  from: 'dbt_expectations',
  meaning: 'The table has as many columns as another one.',
  on: 'table',
  arguments: { compare_model: compareModel },
  sql: ({ subject, other }) =>
    [
      `select * from (select (select count(*) from ${columnsOf(subject)}) as "columns",`,
      `  (select count(*) from ${columnsOf(other('compare_model'))}) as "columns_of_the_other")`,
      `where "columns" <> "columns_of_the_other"`,
    ].join('\n'),
};
