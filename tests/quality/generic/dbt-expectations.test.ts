/**
 * The cases of dbt-expectations' own integration tests, on tables of the same shape. There, a case that has to fail
 * turns its result around; here it says how often it fails.
 */
import { describe, expect, it } from 'vitest';
import type { Arguments } from '../../../src/quality/generic/generic-test.js';
import { type Asked, table, testedTables } from './tested-tables.js';

type Result = 'passes' | 'fails' | number;

const { ask } = testedTables([
  table(
    'data_test',
    {
      idx: 'int',
      date_col: 'varchar',
      col_numeric_a: 'double',
      col_numeric_b: 'double',
      col_string_a: 'varchar',
      col_string_b: 'varchar',
      col_null: 'varchar',
      col_null_2: 'varchar',
      col_numeric_a_plus_b: 'double',
      idx_multiplied_by_2: 'int',
      idx_multiplied_by_minus_2: 'int',
    },
    [
      [1, '2020-10-21', 0, 1, 'a', 'b', null, null, 1, 2, -2],
      [2, '2020-10-22', 1, 0, 'b', 'ab', null, null, 1, 4, -4],
      [3, '2020-10-23', 0.5, 0.5, 'c', 'abc', null, null, 1, 6, -6],
      [4, '2020-10-23', 0.5, 0.5, 'c', 'abcd', null, null, 1, 8, -8],
    ],
  ),
  'create table factored as select f as factor, * from data_test, (values (1), (2)) as factors(f)',
  table('data_text', { email: 'varchar', postal_5: 'varchar', postal_5_3: 'varchar' }, [
    ['ab@gmail.com', '91001', '91001-123'],
    ['ab@mail.com', '90210', '90210-123'],
    ['abc@gmail.com', '90026', '90026-123'],
    ['abc.com@gmail.com', '09876', '09876-023'],
  ]),
  `create table timeseries as select d::date as date_day, d::timestamp as date_timestamp, 50 + 10 * sin(i) as row_value
   from range(now()::date - 365, now()::date + 1, interval 1 day) with ordinality as days(d, i)`,
  `create table extended as select date_day, n, row_value + n as row_value from timeseries, range(10) as numbers(n)`,
  `create table grouped as select date_day, date_timestamp, g as group_id, row_value from timeseries, range(1, 5) as groups(g)`,
  `create table hourly as select h as date_hour from range(date_trunc('day', now()::timestamp) - interval 10 day, date_trunc('day', now()::timestamp), interval 1 hour) as hours(h)`,
  table('rolling', { idx: 'int', date_col: 'varchar', up: 'double', down: 'double' }, [
    [1, '2020-10-21', 0, 0],
    [2, '2020-10-22', 1, 4],
    [2, '2020-10-23', 3, 3],
    [2, '2020-10-24', 4, 1],
    [3, '2020-10-23', 0.5, 0.5],
  ]),
  `create table gaps as select * from timeseries where date_day <> (select max(date_day) - 5 from timeseries)`,
  table('casing', { name: 'varchar' }, [['Oak'], ['oak'], ['Elm']]),
]);

const on = (column: string | undefined, args: Arguments = {}, name = 'data_test'): Asked => ({
  on: name,
  ...(column !== undefined && { column }),
  args,
});
const text = (args: Arguments, column = 'email') => on(column, args, 'data_text');

/** For each test its cases: title, where it is asked, result. */
const CASES: Readonly<Record<string, readonly (readonly [string, Asked, Result])[]>> = {
  expect_column_values_to_match_regex: [
    ['an address', text({ regex: '@[^.]*' }), 'passes'],
    ['no address', text({ regex: '&[^.]*' }), 4],
    ['capitals, ignoring case', text({ regex: '[A-Z]', flags: 'i' }), 'passes'],
    ['capitals, minding case', text({ regex: '[A-Z]', flags: 'c' }), 4],
    ['five digits', text({ regex: '^\\d{5}', is_raw: true }, 'postal_5'), 'passes'],
    ['fifty-five digits', text({ regex: '^\\d{55}', is_raw: true }, 'postal_5'), 4],
    ['five digits and three', text({ regex: '^\\d{5}-\\d{3}' }, 'postal_5_3'), 'passes'],
  ],
  expect_column_values_to_not_match_regex: [
    ['no address', text({ regex: '&[^.]*' }), 'passes'],
    ['an address', text({ regex: '@[^.]*' }), 4],
    ['capitals', text({ regex: '[A-Z]' }), 'passes'],
    ['small letters', text({ regex: '[a-z]' }), 4],
  ],
  expect_column_values_to_match_regex_list: [
    ['one of them', text({ regex_list: ['@[^.]*', '&[^.]*'] }), 'passes'],
    ['none of them', text({ regex_list: ['#[^.]*', '&[^.]*'] }), 4],
    ['ignoring case', text({ regex_list: ['[A-G]', '[H-Z]'], flags: 'i' }), 'passes'],
    ['all of them', text({ regex_list: ['^\\d{5}', '@[^.]*'], match_on: 'all' }, 'postal_5'), 4],
  ],
  expect_column_values_to_not_match_regex_list: [
    ['one of them is not matched', text({ regex_list: ['@[^.]*', '&[^.]*'] }), 'passes'],
    ['both are matched', text({ regex_list: ['@[^.]*', '@[^.]*'] }), 4],
    [
      'none may be matched, and none is',
      text({ regex_list: ['&[^.]*', '&[^.]*'], match_on: 'all' }),
      'passes',
    ],
    ['none may be matched, and one is', text({ regex_list: ['@[^.]*', '&[^.]*'], match_on: 'all' }), 4],
  ],
  expect_column_values_to_match_like_pattern: [
    ['anywhere', text({ like_pattern: '%@%' }), 'passes'],
    ['nowhere', text({ like_pattern: '%&%' }), 4],
  ],
  expect_column_values_to_not_match_like_pattern: [
    ['nowhere', text({ like_pattern: '%&%' }), 'passes'],
    ['anywhere', text({ like_pattern: '%@%' }), 4],
  ],
  expect_column_values_to_match_like_pattern_list: [
    ['one of them', text({ like_pattern_list: ['%@%', '%&%'] }), 'passes'],
    ['all of them', text({ like_pattern_list: ['%@%', '%&%'], match_on: 'all' }), 4],
  ],
  expect_column_values_to_not_match_like_pattern_list: [
    ['one of them is not matched', text({ like_pattern_list: ['%@%', '%&%'] }), 'passes'],
    ['none may be matched', text({ like_pattern_list: ['%@%', '%&%'], match_on: 'all' }), 4],
  ],
  expect_table_columns_to_match_ordered_list: [
    [
      'the columns',
      on(undefined, { column_list: ['email', 'postal_5', 'postal_5_3'] }, 'data_text'),
      'passes',
    ],
    [
      'in capitals',
      on(undefined, { column_list: ['EMAIL', 'Postal_5', 'postal_5_3'] }, 'data_text'),
      'passes',
    ],
    [
      'in capitals, minding case',
      on(undefined, { column_list: ['EMAIL', 'postal_5', 'postal_5_3'], transform: 'none' }, 'data_text'),
      2,
    ],
    ['in another order', on(undefined, { column_list: ['postal_5', 'email', 'postal_5_3'] }, 'data_text'), 4],
  ],
  expect_table_columns_to_match_set: [
    [
      'in any order',
      on(undefined, { column_list: ['postal_5', 'email', 'postal_5_3'] }, 'data_text'),
      'passes',
    ],
    [
      'one is missing, one too many',
      on(undefined, { column_list: ['postal_5', 'email', 'phone'] }, 'data_text'),
      2,
    ],
  ],
  expect_table_columns_to_contain_set: [
    ['some of them', on(undefined, { column_list: ['col_numeric_b', 'col_string_a'] }), 'passes'],
    ['one that is missing', on(undefined, { column_list: ['col_numeric_b', 'col_numeric_c'] }), 1],
  ],
  expect_table_columns_to_not_contain_set: [
    ['others', on(undefined, { column_list: ['col_numeric_c', 'col_string_d'] }), 'passes'],
    ['one that is there', on(undefined, { column_list: ['col_numeric_c', 'idx'] }), 1],
  ],
  expect_table_column_count_to_equal: [
    ['eleven', on(undefined, { value: 11 }), 'passes'],
    ['ten', on(undefined, { value: 10 }), 1],
  ],
  expect_table_column_count_to_be_between: [
    ['both bounds', on(undefined, { min_value: 1, max_value: 11 }), 'passes'],
    ['one bound', on(undefined, { max_value: 10 }), 1],
  ],
  expect_table_column_count_to_equal_other_table: [
    ['itself', on(undefined, { compare_model: 'data_test' }), 'passes'],
    ['another', on(undefined, { compare_model: 'data_text' }), 1],
  ],
  expect_column_to_exist: [
    ['it does', on('idx'), 'passes'],
    ['at its place', on('col_numeric_a', { column_index: 3 }), 'passes'],
    ['at another place', on('col_numeric_a', { column_index: 1 }), 1],
    ['it does not', on('col_numeric_c'), 1],
  ],
  expect_column_values_to_be_of_type: [
    ['as DuckDB calls it', on('date_day', { column_type: 'DATE' }, 'timeseries'), 'passes'],
    ['as others call it', on('date_timestamp', { column_type: 'datetime' }, 'timeseries'), 'passes'],
    ['another', on('date_day', { column_type: 'varchar' }, 'timeseries'), 1],
  ],
  expect_column_values_to_be_in_type_list: [
    ['one of them', on('date_day', { column_type_list: ['date', 'timestamp'] }, 'timeseries'), 'passes'],
    ['none of them', on('date_day', { column_type_list: ['int', 'text'] }, 'timeseries'), 1],
  ],
  expect_table_row_count_to_equal: [
    ['four', on(undefined, { value: 4 }), 'passes'],
    ['five', on(undefined, { value: 5 }), 1],
    ['in each group', on(undefined, { value: 1, group_by: ['col_string_a'] }), 1],
  ],
  expect_table_row_count_to_be_between: [
    ['both bounds', on(undefined, { min_value: 1, max_value: 4 }), 'passes'],
    ['strictly', on(undefined, { min_value: 1, max_value: 4, strictly: true }), 1],
    [
      'in each group',
      on(undefined, { max_value: 10_000, group_by: ['group_id'], strictly: true }, 'grouped'),
      'passes',
    ],
    ['too few in some groups', on(undefined, { min_value: 2, group_by: ['date_col'] }), 2],
  ],
  expect_table_row_count_to_equal_other_table: [
    [
      'itself',
      on(undefined, { compare_model: 'data_test', row_condition: '1=1', compare_row_condition: '1=1' }),
      'passes',
    ],
    ['another', on(undefined, { compare_model: 'factored' }), 1],
    ['with a factor', on(undefined, { compare_model: 'data_test', factor: 2 }, 'factored'), 'passes'],
  ],
  expect_table_row_count_to_equal_other_table_times_factor: [
    ['twice', on(undefined, { compare_model: 'data_test', factor: 2 }, 'factored'), 'passes'],
    [
      'twice in each group',
      on(undefined, { compare_model: 'data_test', factor: 2, group_by: ['date_col'] }, 'factored'),
      'passes',
    ],
    [
      'twice in each of several groups',
      on(undefined, { compare_model: 'data_test', factor: 2, group_by: ['date_col', 'idx'] }, 'factored'),
      'passes',
    ],
    [
      'three times',
      on(undefined, { compare_model: 'data_test', factor: 3, group_by: ['idx'] }, 'factored'),
      4,
    ],
  ],
  expect_table_aggregation_to_equal_other_table: [
    [
      'other aggregates',
      on(
        undefined,
        {
          expression: 'count(distinct date_day)',
          compare_expression: 'count(*)',
          compare_model: 'timeseries',
        },
        'extended',
      ),
      'passes',
    ],
    [
      'within a tolerance',
      on(undefined, {
        expression: 'sum(col_numeric_a)',
        compare_expression: 'sum(col_numeric_a * .99)',
        compare_model: 'data_test',
        group_by: ['idx'],
        tolerance_percent: 0.95,
      }),
      'passes',
    ],
  ],
  equal_expression: [
    [
      'each group of itself',
      on(undefined, { expression: 'sum(col_numeric_a)', compare_model: 'data_test', group_by: ['idx'] }),
      'passes',
    ],
    [
      'within half',
      on(undefined, {
        expression: 'sum(col_numeric_a)',
        compare_expression: 'sum(col_numeric_a * .5)',
        compare_model: 'data_test',
        group_by: ['idx'],
        tolerance_percent: 0.5,
      }),
      'passes',
    ],
    [
      'beyond a tenth',
      on(undefined, {
        expression: 'sum(col_numeric_a)',
        compare_expression: 'sum(col_numeric_a * .5)',
        group_by: ['idx'],
        tolerance_percent: 0.1,
      }),
      3,
    ],
    [
      'another column',
      on(undefined, { expression: 'sum(col_numeric_a)', compare_expression: 'sum(col_numeric_b)' }),
      'passes',
    ],
  ],
  'dbt_expectations.expression_is_true': [
    ['of rows', on(undefined, { expression: '(col_numeric_a + col_numeric_b = 1)' }), 'passes'],
    ['of groups', on(undefined, { expression: 'count(*) = 1', group_by_columns: ['date_col'] }), 1],
  ],
  expression_between: [
    ['of rows', on(undefined, { expression: 'idx * 2', min_value: 2, max_value: 8 }), 'passes'],
    ['of all rows', on(undefined, { expression: 'sum(idx)', max_value: 9 }), 1],
  ],
  expect_compound_columns_to_be_unique: [
    ['two columns', on(undefined, { column_list: ['date_col', 'col_string_b'] }), 'passes'],
    [
      'with a condition',
      on(undefined, { column_list: ['date_col', 'col_string_b'], row_condition: '2=2' }),
      'passes',
    ],
    [
      'where any value is missing',
      on(undefined, { column_list: ['date_col', 'col_null'], ignore_row_if: 'any_value_is_missing' }),
      'passes',
    ],
    [
      'where all values are missing',
      on(undefined, { column_list: ['date_col', 'col_null'], ignore_row_if: 'all_values_are_missing' }),
      1,
    ],
    ['no values at all', on(undefined, { column_list: ['col_null', 'col_null_2'] }), 'passes'],
  ],
  expect_select_column_values_to_be_unique_within_record: [
    [
      'two texts',
      on(undefined, { column_list: ['col_string_a', 'col_string_b'], ignore_row_if: 'any_value_is_missing' }),
      'passes',
    ],
    ['two numbers', on(undefined, { column_list: ['col_numeric_a', 'col_numeric_b'] }), 2],
  ],
  expect_column_pair_values_to_be_in_set: [
    [
      'all of them',
      on(undefined, {
        column_A: 'col_numeric_a',
        column_B: 'col_numeric_b',
        value_pairs_set: [
          [0, 1],
          [1, 0],
          [0.5, 0.5],
        ],
      }),
      'passes',
    ],
    [
      'some of them',
      on(undefined, {
        column_A: 'col_numeric_a',
        column_B: 'col_numeric_b',
        value_pairs_set: [
          [0, 1],
          [1, 0],
        ],
      }),
      2,
    ],
  ],
  expect_column_pair_values_A_to_be_greater_than_B: [
    ['an expression', on(undefined, { column_A: 'col_numeric_a+10', column_B: 'col_numeric_a' }), 'passes'],
    [
      'equal, and allowed',
      on(undefined, { column_A: 'col_numeric_a', column_B: 'col_numeric_a', or_equal: true }),
      'passes',
    ],
    ['equal', on(undefined, { column_A: 'col_numeric_a', column_B: 'col_numeric_a' }), 4],
  ],
  expect_column_pair_values_to_be_equal: [
    ['itself', on(undefined, { column_A: 'col_numeric_a', column_B: 'col_numeric_a' }), 'passes'],
    ['another', on(undefined, { column_A: 'col_numeric_a', column_B: 'col_numeric_b' }), 2],
  ],
  expect_multicolumn_sum_to_equal: [
    ['a number', on(undefined, { column_list: ['col_numeric_a', 'col_numeric_b'], sum_total: 4 }), 'passes'],
    [
      'a column',
      on(undefined, { column_list: ['col_numeric_a', 'col_numeric_b'], sum_total: 'col_numeric_a_plus_b' }),
      'passes',
    ],
    [
      'in each group',
      on(undefined, {
        column_list: ['col_numeric_a', 'col_numeric_b'],
        sum_total: 'col_numeric_a_plus_b',
        group_by: ['idx'],
      }),
      'passes',
    ],
    ['another number', on(undefined, { column_list: ['col_numeric_a', 'col_numeric_b'], sum_total: 5 }), 1],
  ],
  expect_column_values_to_be_unique: [
    ['they are', on('idx'), 'passes'],
    ['they are not', on('col_string_a'), 1],
    ['with a condition', on('col_string_a', { row_condition: 'idx < 4' }), 'passes'],
  ],
  expect_column_values_to_be_increasing: [
    ['they are', on('idx', { sort_column: 'idx' }), 'passes'],
    ['by a step', on('idx_multiplied_by_2', { sort_column: 'idx', step: 2 }), 'passes'],
    ['by another step', on('idx_multiplied_by_2', { sort_column: 'idx', step: 1 }), 3],
    ['in each group', on('up', { sort_column: 'date_col', group_by: ['idx'] }, 'rolling'), 'passes'],
    ['they are not', on('idx_multiplied_by_minus_2', { sort_column: 'idx' }), 3],
    ['equal ones', on('col_string_a', { sort_column: 'idx' }), 1],
    ['equal ones, allowed', on('col_string_a', { sort_column: 'idx', strictly: false }), 'passes'],
    ['days', on('date_day', { sort_column: 'date_day' }, 'timeseries'), 'passes'],
  ],
  expect_column_values_to_be_decreasing: [
    ['by a step', on('idx_multiplied_by_minus_2', { sort_column: 'idx', step: 2 }), 'passes'],
    [
      'in each group',
      on('down', { sort_column: 'date_col', group_by: ['idx'], strictly: true }, 'rolling'),
      'passes',
    ],
    ['they are not', on('idx', { sort_column: 'idx' }), 3],
  ],
  expect_column_values_to_be_null: [
    ['they are', on('col_null'), 'passes'],
    ['they are not', on('idx'), 4],
  ],
  expect_column_values_to_not_be_null: [
    ['they are not', on('col_numeric_a'), 'passes'],
    ['they are', on('col_null'), 4],
    ['with a condition', on('col_null', { row_condition: 'idx = 1' }), 1],
  ],
  expect_column_values_to_be_between: [
    ['both bounds', on('col_numeric_a', { min_value: 0, max_value: 1 }), 'passes'],
    ['strictly', on('col_numeric_a', { min_value: 0, max_value: 1, strictly: true }), 2],
    ['days', on('date_day', { min_value: '2020-01-01' }, 'timeseries'), 'passes'],
  ],
  expect_column_values_to_be_in_set: [
    ['all of them', on('col_string_a', { value_set: ['a', 'b', 'c'] }), 'passes'],
    ['numbers', on('col_numeric_a', { value_set: [0, 1, 0.5], quote_values: false }), 'passes'],
    ['each row counts', on('col_string_a', { value_set: ['a', 'b'] }), 2],
    ['NULL is none', on('col_null', { value_set: ['a'] }), 4],
  ],
  expect_column_values_to_not_be_in_set: [
    ['none of them', on('col_string_b', { value_set: ['a', 'c'], quote_values: true }), 'passes'],
    ['one of them', on('col_string_b', { value_set: ['b', 'c'] }), 1],
  ],
  expect_column_distinct_values_to_be_in_set: [
    ['all of them', on('col_string_a', { value_set: ['a', 'b', 'c', 'd'] }), 'passes'],
    ['each value counts once', on('col_string_a', { value_set: ['a', 'b'] }), 1],
  ],
  expect_column_distinct_values_to_contain_set: [
    ['some of them', on('col_string_a', { value_set: ['a', 'b'] }), 'passes'],
    ['one that is missing', on('col_string_a', { value_set: ['a', 'z'] }), 1],
    ['numbers, on texts', on('col_string_a', { value_set: [1, 2] }), 2],
  ],
  expect_column_distinct_values_to_equal_set: [
    ['numbers, on texts', on('col_string_a', { value_set: [1] }), 4],
    ['the set', on('col_string_a', { value_set: ['a', 'b', 'c', 'c'] }), 'passes'],
    ['one too many, one missing', on('col_string_a', { value_set: ['a', 'b', 'z'] }), 2],
    ['numbers', on('col_numeric_a', { value_set: [0, 1, 0.5], quote_values: false }), 'passes'],
  ],
  expect_column_most_common_value_to_be_in_set: [
    ['the most common', on('col_numeric_a', { value_set: [0.5], top_n: 1, quote_values: false }), 'passes'],
    ['another', on('col_string_a', { value_set: ['a', 'b'], top_n: 1 }), 1],
  ],
  expect_column_values_to_have_consistent_casing: [
    ['they have', on('col_string_a'), 'passes'],
    ['they have not', on('name', {}, 'casing'), 1],
    ['with the values', on('name', { display_inconsistent_columns: true }, 'casing'), 1],
  ],
  expect_column_value_lengths_to_be_between: [
    ['both bounds', on('col_string_b', { min_value: 1, max_value: 4 }), 'passes'],
    ['one bound', on('col_string_b', { max_value: 3 }), 1],
  ],
  expect_column_value_lengths_to_equal: [
    ['one', on('col_string_a', { value: 1 }), 'passes'],
    ['two', on('col_string_b', { value: 2 }), 3],
  ],
  expect_column_mean_to_be_between: [
    ['both bounds', on('col_numeric_a', { min_value: 0, max_value: 1 }), 'passes'],
    ['one bound', on('col_numeric_a', { min_value: 0.6 }), 1],
    ['in each group', on('col_numeric_a', { max_value: 0.5, group_by: ['idx'] }), 1],
  ],
  expect_column_median_to_be_between: [
    ['half', on('col_numeric_a', { min_value: 0.5, max_value: 0.5 }), 'passes'],
    ['strictly', on('col_numeric_a', { min_value: 0.5, strictly: true }), 1],
  ],
  expect_column_min_to_be_between: [
    ['zero', on('col_numeric_a', { min_value: 0, max_value: 0 }), 'passes'],
    ['of a day', on('date_day', { min_value: '2999-01-01' }, 'timeseries'), 1],
  ],
  expect_column_max_to_be_between: [
    ['one', on('col_numeric_a', { min_value: 1, max_value: 1 }), 'passes'],
    ['with a condition', on('col_numeric_a', { min_value: 1, row_condition: 'idx <> 2' }), 1],
  ],
  expect_column_sum_to_be_between: [
    ['two', on('col_numeric_a', { min_value: 1, max_value: 2 }), 'passes'],
    ['strictly', on('col_numeric_a', { max_value: 2, strictly: true }), 1],
  ],
  expect_column_stdev_to_be_between: [
    ['below two', on('col_numeric_a', { min_value: 0, max_value: 2 }), 'passes'],
    ['above one', on('col_numeric_a', { min_value: 1 }), 1],
  ],
  expect_column_quantile_values_to_be_between: [
    ['nine in ten', on('col_numeric_a', { quantile: 0.95, min_value: 0, max_value: 1 }), 'passes'],
    ['half', on('col_numeric_a', { quantile: 0.5, min_value: 0.6 }), 1],
  ],
  expect_column_unique_value_count_to_be_between: [
    ['three', on('col_numeric_a', { min_value: 3, max_value: 3 }), 'passes'],
    ['more', on('col_numeric_a', { min_value: 4 }), 1],
  ],
  expect_column_proportion_of_unique_values_to_be_between: [
    ['three in four', on('col_numeric_a', { min_value: 0.75, max_value: 0.75 }), 'passes'],
    ['no value', on('col_null', { min_value: 1 }), 'passes'],
    ['all', on('col_numeric_a', { min_value: 1 }), 1],
  ],
  expect_column_distinct_count_to_equal: [
    [
      'ten a day',
      on('row_value', { value: 10, row_condition: 'date_day = now()::date - 1' }, 'extended'),
      'passes',
    ],
    ['eleven', on('row_value', { value: 11, row_condition: 'date_day = now()::date - 1' }, 'extended'), 1],
  ],
  expect_column_distinct_count_to_be_greater_than: [
    ['one', on('col_string_a', { value: 1 }), 'passes'],
    ['three', on('col_string_a', { value: 3 }), 1],
  ],
  expect_column_distinct_count_to_be_less_than: [
    ['four', on('col_string_a', { value: 4 }), 'passes'],
    ['three', on('col_string_a', { value: 3 }), 1],
  ],
  expect_column_distinct_count_to_equal_other_table: [
    [
      'another table',
      on('date_day', { compare_model: 'extended', compare_column_name: 'date_day' }, 'timeseries'),
      'passes',
    ],
    ['itself', on('date_day', {}, 'timeseries'), 'passes'],
    ['fewer', on('col_string_a', { compare_model: 'data_test', compare_column_name: 'idx' }), 1],
  ],
  expect_row_values_to_have_recent_data: [
    ['dates', on('date_day', { datepart: 'day', interval: 1 }, 'timeseries'), 'passes'],
    ['times', on('date_timestamp', { datepart: 'day', interval: 1 }, 'timeseries'), 'passes'],
    [
      'old ones',
      on(
        'date_day',
        { datepart: 'day', interval: 3, row_condition: 'date_day < now()::date - 9' },
        'timeseries',
      ),
      1,
    ],
    ['none', on('date_day', { datepart: 'day', interval: 1, row_condition: 'false' }, 'timeseries'), 1],
  ],
  expect_grouped_row_values_to_have_recent_data: [
    [
      'each group',
      on(
        undefined,
        { group_by: ['group_id'], timestamp_column: 'date_timestamp', datepart: 'day', interval: 1 },
        'grouped',
      ),
      'passes',
    ],
    [
      'with a condition',
      on(
        undefined,
        {
          group_by: ['group_id'],
          timestamp_column: 'date_timestamp',
          datepart: 'day',
          interval: 1,
          row_condition: 'group_id = 4',
        },
        'grouped',
      ),
      'passes',
    ],
    [
      'without groups',
      on(undefined, { timestamp_column: 'date_timestamp', datepart: 'day', interval: 1 }, 'grouped'),
      'passes',
    ],
    [
      'each day is a group',
      on(
        undefined,
        { group_by: ['date_day'], timestamp_column: 'date_timestamp', datepart: 'day', interval: 1 },
        'grouped',
      ),
      'fails',
    ],
  ],
  expect_row_values_to_have_data_for_every_n_datepart: [
    ['days', on(undefined, { date_col: 'date_day', date_part: 'day' }, 'timeseries'), 'passes'],
    ['weeks', on(undefined, { date_col: 'date_day', date_part: 'day', interval: 7 }, 'extended'), 'passes'],
    ['hours', on(undefined, { date_col: 'date_hour', date_part: 'hour' }, 'hourly'), 'passes'],
    ['a day is missing', on(undefined, { date_col: 'date_day', date_part: 'day' }, 'gaps'), 1],
    [
      'a day is missing, and excused',
      on(undefined, { date_col: 'date_day', exclusion_condition: 'date_day < now()::date - 9' }, 'gaps'),
      'passes',
    ],
    [
      'between given days',
      on(
        undefined,
        { date_col: 'date_day', test_start_date: 'now()::date - 300', test_end_date: 'now()::date - 2' },
        'timeseries',
      ),
      'passes',
    ],
    [
      'beyond the last day',
      on(undefined, { date_col: 'date_day', test_end_date: 'now()::date + 3' }, 'timeseries'),
      2,
    ],
  ],
  expect_column_values_to_be_within_n_stdevs: [
    ['all rows', on('row_value', { sigma_threshold: 6 }, 'timeseries'), 'passes'],
    ['each day', on('row_value', { group_by: ['date_day'], sigma_threshold: 6 }, 'timeseries'), 'passes'],
    ['one deviation', on('row_value', { group_by: ['date_day'], sigma_threshold: 1 }, 'timeseries'), 'fails'],
  ],
  expect_column_values_to_be_within_n_moving_stdevs: [
    [
      'changes as logarithms',
      on('row_value', { date_column_name: 'date_day', sigma_threshold: 6, take_logs: true }, 'timeseries'),
      'passes',
    ],
    [
      'sums',
      on('row_value', { date_column_name: 'date_day', sigma_threshold: 6, take_diffs: false }, 'timeseries'),
      'passes',
    ],
    [
      'in each group',
      on(
        'row_value',
        { date_column_name: 'date_day', group_by: ['group_id'], sigma_threshold: 6 },
        'grouped',
      ),
      'passes',
    ],
    [
      'one tenth of a deviation',
      on('row_value', { date_column_name: 'date_day', sigma_threshold: 0.1 }, 'timeseries'),
      'fails',
    ],
  ],
};

describe.each(Object.keys(CASES))('dbt_expectations: %s', (name) => {
  it.each(CASES[name]!)('%s', async (_, asked, result) => {
    const { failures } = await ask(name, asked);
    if (result === 'passes') expect(failures).toBe(0);
    else if (result === 'fails') expect(failures).toBeGreaterThan(0);
    else expect(failures).toBe(result);
  });
});
