/**
 * Every generic test, by name. A new test is one file and one line here. A file is read when its test is first named: a
 * project uses few of them.
 */
import type { GenericTest } from './generic-test.js';

type Load = () => Promise<{ readonly test: GenericTest }>;

const TESTS: Readonly<Record<string, Load>> = {
  not_null: () => import('./rows/not-null.js'),
  unique: () => import('./keys/unique.js'),
  accepted_values: () => import('./sets/accepted-values.js'),
  relationships: () => import('./tables/relationships.js'),
  row_count: () => import('./aggregates/row-count.js'),

  accepted_range: () => import('./rows/accepted-range.js'),
  at_least_one: () => import('./aggregates/at-least-one.js'),
  cardinality_equality: () => import('./tables/cardinality-equality.js'),
  equal_rowcount: () => import('./tables/equal-rowcount.js'),
  equality: () => import('./tables/equality.js'),
  expression_is_true: () => import('./rows/expression-is-true.js'),
  fewer_rows_than: () => import('./tables/fewer-rows-than.js'),
  mutually_exclusive_ranges: () => import('./order/mutually-exclusive-ranges.js'),
  not_accepted_values: () => import('./sets/not-accepted-values.js'),
  not_constant: () => import('./aggregates/not-constant.js'),
  not_empty_string: () => import('./text/not-empty-string.js'),
  not_null_proportion: () => import('./aggregates/not-null-proportion.js'),
  recency: () => import('./time/recency.js'),
  relationships_where: () => import('./tables/relationships-where.js'),
  sequential_values: () => import('./order/sequential-values.js'),
  unique_combination_of_columns: () => import('./keys/unique-combination.js'),

  expect_column_to_exist: () => import('./columns/exist.js'),
  expect_column_values_to_be_of_type: () => import('./columns/of-type.js'),
  expect_column_values_to_be_in_type_list: () => import('./columns/in-type-list.js'),
  expect_table_column_count_to_be_between: () => import('./columns/count-between.js'),
  expect_table_column_count_to_equal: () => import('./columns/count-equal.js'),
  expect_table_column_count_to_equal_other_table: () => import('./columns/count-equal-other.js'),
  expect_table_columns_to_contain_set: () => import('./columns/contain-set.js'),
  expect_table_columns_to_match_ordered_list: () => import('./columns/match-ordered-list.js'),
  expect_table_columns_to_match_set: () => import('./columns/match-set.js'),
  expect_table_columns_to_not_contain_set: () => import('./columns/not-contain-set.js'),

  expect_table_row_count_to_be_between: () => import('./aggregates/row-count-between.js'),
  expect_table_row_count_to_equal: () => import('./aggregates/row-count-equal.js'),
  expect_table_row_count_to_equal_other_table: () => import('./tables/row-count-other.js'),
  expect_table_row_count_to_equal_other_table_times_factor: () =>
    import('./tables/row-count-other-factor.js'),
  expect_table_aggregation_to_equal_other_table: () => import('./tables/aggregation-other.js'),

  expect_column_values_to_be_between: () => import('./rows/between.js'),
  expect_column_values_to_be_null: () => import('./rows/null.js'),
  expect_column_values_to_not_be_null: () => import('./rows/expect-not-null.js'),
  expect_column_values_to_be_unique: () => import('./keys/expect-unique.js'),
  expect_column_values_to_be_in_set: () => import('./sets/in-set.js'),
  expect_column_values_to_not_be_in_set: () => import('./sets/not-in-set.js'),
  expect_column_values_to_be_increasing: () => import('./order/increasing.js'),
  expect_column_values_to_be_decreasing: () => import('./order/decreasing.js'),
  expect_column_values_to_have_consistent_casing: () => import('./text/consistent-casing.js'),

  expect_column_value_lengths_to_be_between: () => import('./text/lengths-between.js'),
  expect_column_value_lengths_to_equal: () => import('./text/lengths-equal.js'),
  expect_column_values_to_match_regex: () => import('./text/match-regex.js'),
  expect_column_values_to_match_regex_list: () => import('./text/match-regex-list.js'),
  expect_column_values_to_not_match_regex: () => import('./text/not-match-regex.js'),
  expect_column_values_to_not_match_regex_list: () => import('./text/not-match-regex-list.js'),
  expect_column_values_to_match_like_pattern: () => import('./text/match-like.js'),
  expect_column_values_to_match_like_pattern_list: () => import('./text/match-like-list.js'),
  expect_column_values_to_not_match_like_pattern: () => import('./text/not-match-like.js'),
  expect_column_values_to_not_match_like_pattern_list: () => import('./text/not-match-like-list.js'),

  expect_column_mean_to_be_between: () => import('./aggregates/mean-between.js'),
  expect_column_median_to_be_between: () => import('./aggregates/median-between.js'),
  expect_column_min_to_be_between: () => import('./aggregates/min-between.js'),
  expect_column_max_to_be_between: () => import('./aggregates/max-between.js'),
  expect_column_sum_to_be_between: () => import('./aggregates/sum-between.js'),
  expect_column_stdev_to_be_between: () => import('./aggregates/stdev-between.js'),
  expect_column_quantile_values_to_be_between: () => import('./aggregates/quantile-between.js'),
  expect_column_unique_value_count_to_be_between: () => import('./aggregates/unique-count-between.js'),
  expect_column_proportion_of_unique_values_to_be_between: () =>
    import('./aggregates/unique-proportion-between.js'),
  expect_column_distinct_count_to_equal: () => import('./aggregates/distinct-count-equal.js'),
  expect_column_distinct_count_to_be_greater_than: () => import('./aggregates/distinct-count-greater.js'),
  expect_column_distinct_count_to_be_less_than: () => import('./aggregates/distinct-count-less.js'),
  expect_column_distinct_count_to_equal_other_table: () => import('./tables/distinct-count-other.js'),
  expect_column_distinct_values_to_be_in_set: () => import('./sets/distinct-in-set.js'),
  expect_column_distinct_values_to_contain_set: () => import('./sets/distinct-contain-set.js'),
  expect_column_distinct_values_to_equal_set: () => import('./sets/distinct-equal-set.js'),
  expect_column_most_common_value_to_be_in_set: () => import('./sets/most-common-in-set.js'),

  expect_column_pair_values_A_to_be_greater_than_B: () => import('./rows/pair-greater.js'),
  expect_column_pair_values_to_be_equal: () => import('./rows/pair-equal.js'),
  expect_column_pair_values_to_be_in_set: () => import('./rows/pair-in-set.js'),
  expect_compound_columns_to_be_unique: () => import('./keys/compound-unique.js'),
  expect_select_column_values_to_be_unique_within_record: () => import('./rows/unique-within-record.js'),
  expect_multicolumn_sum_to_equal: () => import('./aggregates/multicolumn-sum.js'),

  expect_row_values_to_have_recent_data: () => import('./time/recent-data.js'),
  expect_grouped_row_values_to_have_recent_data: () => import('./time/grouped-recent-data.js'),
  expect_row_values_to_have_data_for_every_n_datepart: () => import('./time/data-for-every-datepart.js'),
  expect_column_values_to_be_within_n_stdevs: () => import('./order/within-stdevs.js'),
  expect_column_values_to_be_within_n_moving_stdevs: () => import('./order/within-moving-stdevs.js'),

  equal_expression: () => import('./tables/equal-expression.js'),
  expression_between: () => import('./aggregates/expression-between.js'),
  'dbt_expectations.expression_is_true': () => import('./aggregates/expectations-expression.js'),
};

/** Names of all generic tests, without the prefixes of their packages. */
export const genericTestNames: readonly string[] = Object.keys(TESTS);

const PACKAGES = ['dbt', 'dbt_utils', 'dbt_expectations'];

/**
 * The test that a name in YAML stands for: its own, or that with the prefix of the package that it comes from
 * (`dbt_utils.accepted_range`). Undefined where there is none.
 */
export async function loadGenericTest(written: string): Promise<GenericTest | undefined> {
  if (Object.hasOwn(TESTS, written)) return (await TESTS[written]!()).test;
  const [, prefix, name = ''] = /^([^.]+)\.(.+)$/.exec(written) ?? [];
  if (prefix === undefined || !PACKAGES.includes(prefix) || !Object.hasOwn(TESTS, name)) return undefined;
  const { test } = await TESTS[name]!();
  return test.from === prefix ? test : undefined;
}

/** Every generic test: for schemas and documents. */
export async function allGenericTests(): Promise<readonly GenericTest[]> {
  return (await Promise.all(Object.values(TESTS).map((load) => load()))).map(({ test }) => test);
}
