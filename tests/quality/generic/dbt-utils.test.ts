/** The cases of dbt-utils' own integration tests, on tables of the same shape; each is named after the case it answers. */
import { describe, expect, it } from 'vitest';
import { type Asked, table, testedTables } from './tested-tables.js';

/** `passes`, a number of failures, or at least one. */
type Result = 'passes' | 'fails' | number;
type Case = readonly [test: string, title: string, asked: Asked, result: Result];

const ids = ['a', 'b', 'c'];
const floats = (more: number, mark?: string) =>
  ids.map((id, i) => [id, 62.3888186 + i + more, ...(mark === undefined ? [] : [mark])]);

const { ask } = testedTables([
  table('not_constant', { col_a: 'int', field: 'int' }, [
    [1, 1],
    [1, 1],
    [1, 2],
  ]),
  table('at_least_one', { field: 'varchar', value: 'int' }, [
    ['a', 1],
    ['b', null],
  ]),
  table('expression', { col_a: 'double', col_b: 'double' }, [
    [0, 1],
    [1, 0],
    [0.5, 0.5],
  ]),
  table('people', { first_name: 'varchar', is_active: 'boolean' }, [
    ['Ann', 'true'],
    ['Bob', 'true'],
    ['Cid', 'false'],
  ]),
  table('cities', { id: 'int', city: 'varchar' }, [
    [1, 'Barcelona'],
    [2, 'London'],
    [3, 'Paris'],
    [4, 'New York'],
  ]),
  table('table_1', { id: 'int' }, [[1], [2], [3]]),
  table('table_2', { id: 'int' }, [[1], [2], [4]]),
  table('no_gaps', { lower_bound: 'int', upper_bound: 'int' }, [
    [0, 1],
    [1, 2],
    [2, 4],
  ]),
  table('with_gaps', { subscription_id: 'int', valid_from: 'date', valid_to: 'date' }, [
    [1, '2019-01-01', '2019-02-01'],
    [1, '2019-03-03', '2019-04-01'],
    [2, '2019-05-06', '2019-07-02'],
    [2, '2019-07-03', null],
  ]),
  table('zero_length', { subscription_id: 'int', valid_from: 'date', valid_to: 'date' }, [
    [3, '2020-05-06', '2020-05-07'],
    [3, '2020-05-08', '2020-05-10'],
    [3, '2020-05-08', '2020-05-08'],
    [3, '2020-05-12', '2020-05-15'],
    [4, '2020-06-06', '2020-06-07'],
    [4, '2020-06-08', '2020-06-08'],
    [4, '2020-06-09', '2020-06-10'],
  ]),
  table('combination', { month: 'date', product: 'varchar' }, [
    ['2019-01-01', 'jaffle'],
    ['2019-01-01', 'lamington'],
    ['2019-02-01', 'jaffle'],
  ]),
  table('cardinality_a', { same_name: 'int' }, [[1], [2], [3]]),
  table('cardinality_b', { same_name: 'int', different_name: 'int' }, [
    [1, 2],
    [2, 3],
    [3, 1],
  ]),
  table('range', { id: 'int' }, [[-1], [11]]),
  table(
    'proportion',
    { point_5: 'int', point_9: 'int' },
    [1, null, null, 4, 5, 6, null, null, null, 10].map((value, i) => [value, i === 8 ? null : i + 1]),
  ),
  table('equality_a', { col_a: 'int', col_b: 'int', col_c: 'int' }, [
    [1, 1, 3],
    [1, 2, 1],
    [2, 3, 3],
  ]),
  table('equality_b', { col_a: 'int', col_b: 'int', col_c: 'int' }, [
    [1, 1, 2],
    [1, 2, 2],
    [2, 3, 2],
  ]),
  'create table less_columns as select col_a, col_b from equality_b',
  'create table reordered as select col_c, col_a, col_b from equality_a',
  table('floats_a', { id: 'varchar', float_number: 'double' }, floats(0)),
  table('floats_b', { id: 'varchar', float_number: 'double' }, floats(1e-7)),
  table('floats_columns_a', { id: 'varchar', float_number: 'double', to_ignore: 'varchar' }, floats(0, 'a')),
  table(
    'floats_columns_b',
    { id: 'varchar', float_number: 'double', to_ignore: 'varchar' },
    floats(1e-7, 'b'),
  ),
  table('sequence', { col_a: 'int', my_even_sequence: 'int' }, [
    [1, 2],
    [1, 4],
    [1, 6],
    [2, 8],
    [2, 10],
  ]),
  table('timestamps', { my_timestamp: 'timestamp' }, [
    ['2021-01-01 00:00'],
    ['2021-01-01 01:00'],
    ['2021-01-01 02:00'],
    ['2021-01-01 03:00'],
  ]),
  table('rowcount', { field: 'int' }, [[1], [1], [2]]),
  table('fewer_1', { col_a: 'int', field: 'int' }, [
    [1, 1],
    [1, 2],
    [1, 3],
  ]),
  table('fewer_2', { col_a: 'int', field: 'int' }, [
    [1, 1],
    [1, 2],
    [1, 3],
    [1, 4],
  ]),
  `create table time_included as select 1 as col1, 2 as col2, now()::timestamp - interval 23 hour as created_at`,
  `create table time_excluded as select 1 as col1, 2 as col2, date_trunc('day', now()::timestamp - interval 1 day) as created_at`,
  "create table nothing as select 1 as col1, date '2020-01-01' as created_at where false",
  table('texts', { name: 'varchar' }, [['a'], [''], ['  '], [null]]),
]);

const recent = (more: object): Asked => ({
  on: 'time_included',
  args: { field: 'created_at', datepart: 'day', interval: 1, ...more },
});

const CASES: readonly Case[] = [
  ['not_constant', 'values that vary', { on: 'not_constant', column: 'field' }, 'passes'],
  [
    'not_constant',
    'in each group',
    { on: 'not_constant', column: 'field', args: { group_by_columns: ['col_a'] } },
    'passes',
  ],
  ['not_constant', 'one value throughout', { on: 'not_constant', column: 'col_a' }, 1],
  [
    'not_constant',
    'no value at all',
    { on: 'at_least_one', column: 'value', where: "field = 'b'" },
    'passes',
  ],
  ['at_least_one', 'a column with values', { on: 'at_least_one', column: 'field' }, 'passes'],
  [
    'at_least_one',
    'a column that one group has no value of',
    { on: 'at_least_one', column: 'value', args: { group_by_columns: ['field'] } },
    1,
  ],
  [
    'expression_is_true',
    'over two columns',
    { on: 'expression', args: { expression: 'col_a + col_b = 1' } },
    'passes',
  ],
  [
    'expression_is_true',
    'with where',
    { on: 'expression', where: 'col_b = 0.5', args: { expression: 'col_a = 0.5' } },
    'passes',
  ],
  [
    'expression_is_true',
    'going on from a column',
    { on: 'expression', column: 'col_a', args: { expression: '+ col_b = 1' } },
    'passes',
  ],
  [
    'expression_is_true',
    'going on from a column, with where',
    { on: 'expression', column: 'col_b', where: 'col_a = 0.5', args: { expression: '= 0.5' } },
    'passes',
  ],
  [
    'expression_is_true',
    'going on from a column, false',
    { on: 'expression', column: 'col_b', args: { expression: '= 0.5' } },
    2,
  ],
  [
    'cardinality_equality',
    'a table with itself',
    { on: 'people', column: 'is_active', args: { to: 'people', field: 'is_active' } },
    'passes',
  ],
  [
    'cardinality_equality',
    'a column of the same name',
    { on: 'cardinality_a', column: 'same_name', args: { to: 'cardinality_b', field: 'same_name' } },
    'passes',
  ],
  [
    'cardinality_equality',
    'a column of another name',
    { on: 'cardinality_a', column: 'same_name', args: { to: 'cardinality_b', field: 'different_name' } },
    'passes',
  ],
  [
    'cardinality_equality',
    'other values',
    { on: 'cardinality_a', column: 'same_name', args: { to: 'table_2', field: 'id' } },
    2,
  ],
  [
    'not_accepted_values',
    'none of them',
    { on: 'cities', column: 'city', args: { values: ['Madrid', 'Berlin'] } },
    'passes',
  ],
  [
    'not_accepted_values',
    'one of them',
    { on: 'cities', column: 'city', args: { values: ['Madrid', 'Paris'] } },
    1,
  ],
  [
    'relationships_where',
    'from_condition leaves out what is missing',
    { on: 'table_2', column: 'id', args: { to: 'table_1', field: 'id', from_condition: 'id <> 4' } },
    'passes',
  ],
  [
    'relationships_where',
    'without it',
    { on: 'table_2', column: 'id', args: { to: 'table_1', field: 'id' } },
    1,
  ],
  [
    'relationships_where',
    'to_condition leaves out what is there',
    { on: 'table_2', column: 'id', args: { to: 'table_1', field: 'id', to_condition: 'id > 1' } },
    2,
  ],
  [
    'mutually_exclusive_ranges',
    'no gaps',
    {
      on: 'no_gaps',
      args: { lower_bound_column: 'lower_bound', upper_bound_column: 'upper_bound', gaps: 'not_allowed' },
    },
    'passes',
  ],
  [
    'mutually_exclusive_ranges',
    'no gaps where gaps are required',
    {
      on: 'no_gaps',
      args: { lower_bound_column: 'lower_bound', upper_bound_column: 'upper_bound', gaps: 'required' },
    },
    2,
  ],
  ...(['allowed', 'required'] as const).map(
    (gaps): Case => [
      'mutually_exclusive_ranges',
      `with gaps, ${gaps}`,
      {
        on: 'with_gaps',
        args: {
          lower_bound_column: 'valid_from',
          upper_bound_column: "coalesce(valid_to, '2099-01-01')",
          partition_by: 'subscription_id',
          gaps,
        },
      },
      'passes',
    ],
  ),
  [
    'mutually_exclusive_ranges',
    'with gaps, not allowed',
    {
      on: 'with_gaps',
      args: {
        lower_bound_column: 'valid_from',
        upper_bound_column: "coalesce(valid_to, '2099-01-01')",
        partition_by: 'subscription_id',
        gaps: 'not_allowed',
      },
    },
    2,
  ],
  [
    'mutually_exclusive_ranges',
    'an end that is NULL',
    {
      on: 'with_gaps',
      args: {
        lower_bound_column: 'valid_from',
        upper_bound_column: 'valid_to',
        partition_by: 'subscription_id',
      },
    },
    1,
  ],
  [
    'mutually_exclusive_ranges',
    'ranges of length zero',
    {
      on: 'zero_length',
      args: {
        lower_bound_column: 'valid_from',
        upper_bound_column: 'valid_to',
        partition_by: 'subscription_id',
        zero_length_range_allowed: true,
      },
    },
    'passes',
  ],
  [
    'mutually_exclusive_ranges',
    'ranges of length zero that are not allowed',
    {
      on: 'zero_length',
      args: {
        lower_bound_column: 'valid_from',
        upper_bound_column: 'valid_to',
        partition_by: 'subscription_id',
      },
    },
    2,
  ],
  [
    'unique_combination_of_columns',
    'month and product',
    { on: 'combination', args: { combination_of_columns: ['month', 'product'] } },
    'passes',
  ],
  [
    'unique_combination_of_columns',
    'month alone',
    { on: 'combination', args: { combination_of_columns: ['month'] } },
    1,
  ],
  [
    'unique_combination_of_columns',
    'quoted names',
    { on: 'combination', args: { combination_of_columns: ['product'], quote_columns: true } },
    1,
  ],
  [
    'accepted_range',
    'both ends included',
    { on: 'range', column: 'id', args: { min_value: -1, max_value: 11, inclusive: true } },
    'passes',
  ],
  [
    'accepted_range',
    'ends excluded',
    { on: 'range', column: 'id', args: { min_value: -2, max_value: 11.1, inclusive: false } },
    'passes',
  ],
  [
    'accepted_range',
    'an end that is a value, excluded',
    { on: 'range', column: 'id', args: { min_value: -1, max_value: 11, inclusive: false } },
    2,
  ],
  [
    'accepted_range',
    'one end, with where',
    { on: 'range', column: 'id', where: 'id <> -1', args: { min_value: 0, inclusive: true } },
    'passes',
  ],
  [
    'accepted_range',
    'an end out of another column',
    { on: 'expression', column: 'col_a', args: { max_value: 'col_b + 0.6' } },
    1,
  ],
  [
    'not_null_proportion',
    'exactly a half',
    { on: 'proportion', column: 'point_5', args: { at_least: 0.5, at_most: 0.5 } },
    'passes',
  ],
  [
    'not_null_proportion',
    'in each group',
    { on: 'proportion', column: 'point_5', args: { at_least: 0, group_by_columns: ['point_9'] } },
    'passes',
  ],
  [
    'not_null_proportion',
    'nine in ten',
    { on: 'proportion', column: 'point_9', args: { at_least: 0.9 } },
    'passes',
  ],
  ['not_null_proportion', 'too few', { on: 'proportion', column: 'point_5', args: { at_least: 0.6 } }, 1],
  ['equality', 'a table with itself', { on: 'equality_a', args: { compare_model: 'equality_a' } }, 'passes'],
  ['equality', 'other values in a column', { on: 'equality_a', args: { compare_model: 'equality_b' } }, 6],
  [
    'equality',
    'compare_columns',
    { on: 'equality_a', args: { compare_model: 'equality_b', compare_columns: ['col_a', 'col_b'] } },
    'passes',
  ],
  [
    'equality',
    'exclude_columns',
    { on: 'equality_a', args: { compare_model: 'equality_b', exclude_columns: ['COL_C'] } },
    'passes',
  ],
  [
    'equality',
    'a column that only one table has, left out',
    { on: 'less_columns', args: { compare_model: 'equality_a', exclude_columns: ['col_c'] } },
    'passes',
  ],
  [
    'equality',
    'columns in another order',
    { on: 'reordered', args: { compare_model: 'equality_a' } },
    'passes',
  ],
  [
    'equality',
    'precision 4',
    { on: 'floats_a', args: { compare_model: 'floats_b', precision: 4 } },
    'passes',
  ],
  ['equality', 'precision 8', { on: 'floats_a', args: { compare_model: 'floats_b', precision: 8 } }, 'fails'],
  [
    'equality',
    'precision and compare_columns',
    {
      on: 'floats_columns_a',
      args: { compare_model: 'floats_columns_b', compare_columns: ['id', 'float_number'], precision: 4 },
    },
    'passes',
  ],
  [
    'equality',
    'precision and exclude_columns',
    {
      on: 'floats_columns_a',
      args: { compare_model: 'floats_columns_b', exclude_columns: ['to_ignore'], precision: 4 },
    },
    'passes',
  ],
  [
    'equality',
    'precision does not help texts',
    { on: 'floats_columns_a', args: { compare_model: 'floats_columns_b', precision: 4 } },
    'fails',
  ],
  [
    'sequential_values',
    'interval 2',
    { on: 'sequence', column: 'my_even_sequence', args: { interval: 2 } },
    'passes',
  ],
  [
    'sequential_values',
    'interval 2 in each group',
    { on: 'sequence', column: 'my_even_sequence', args: { interval: 2, group_by_columns: ['col_a'] } },
    'passes',
  ],
  ['sequential_values', 'interval 1', { on: 'sequence', column: 'my_even_sequence' }, 4],
  [
    'sequential_values',
    'hours',
    { on: 'timestamps', column: 'my_timestamp', args: { interval: 1, datepart: 'hour' } },
    'passes',
  ],
  [
    'sequential_values',
    'minutes',
    { on: 'timestamps', column: 'my_timestamp', args: { interval: 1, datepart: 'minute' } },
    3,
  ],
  [
    'equal_rowcount',
    'a table with itself',
    { on: 'rowcount', args: { compare_model: 'rowcount' } },
    'passes',
  ],
  [
    'equal_rowcount',
    'in each group',
    { on: 'rowcount', args: { compare_model: 'rowcount', group_by_columns: ['field'] } },
    'passes',
  ],
  ['equal_rowcount', 'other counts', { on: 'fewer_2', args: { compare_model: 'fewer_1' } }, 1],
  ['fewer_rows_than', 'fewer rows', { on: 'fewer_1', args: { compare_model: 'fewer_2' } }, 'passes'],
  [
    'fewer_rows_than',
    'in each group',
    { on: 'fewer_1', args: { compare_model: 'fewer_2', group_by_columns: ['col_a'] } },
    'passes',
  ],
  ['fewer_rows_than', 'as many', { on: 'fewer_1', args: { compare_model: 'fewer_1' } }, 1],
  [
    'fewer_rows_than',
    'a group that the other table lacks',
    { on: 'fewer_2', args: { compare_model: 'sequence', group_by_columns: 'col_a' } },
    1,
  ],
  ['recency', 'a day ago, hours counted', recent({}), 'passes'],
  ['recency', 'in each group', recent({ group_by_columns: ['col1'] }), 'passes'],
  ['recency', 'in each of several groups', recent({ group_by_columns: ['col1', 'col2'] }), 'passes'],
  [
    'recency',
    'yesterday, by days',
    { ...recent({ ignore_time_component: true }), on: 'time_excluded' },
    'passes',
  ],
  ['recency', 'yesterday, by hours', { ...recent({ ignore_time_component: false }), on: 'time_excluded' }, 1],
  ['recency', 'no row', { ...recent({}), on: 'nothing' }, 1],
  ['not_empty_string', 'blanks are empty', { on: 'texts', column: 'name' }, 2],
  [
    'not_empty_string',
    'blanks are a text',
    { on: 'texts', column: 'name', args: { trim_whitespace: false } },
    1,
  ],
];

describe.each([...new Set(CASES.map(([test]) => test))])('dbt_utils.%s', (name) => {
  it.each(CASES.filter(([test]) => test === name))('%s: %s', async (test, _, asked, result) => {
    // What ends with now() passes midnight at most once.
    const { failures } = await ask(`dbt_utils.${test}`, asked);
    if (result === 'passes') expect(failures).toBe(0);
    else if (result === 'fails') expect(failures).toBeGreaterThan(0);
    else expect(failures).toBe(result);
  });
});

describe('dbt_utils.equality', () => {
  it('names the columns that only one of the tables has', async () => {
    await expect(
      ask('equality', { on: 'less_columns', args: { compare_model: 'equality_a' } }),
    ).rejects.toThrow('only one of the tables has the columns col_c: leave them out with exclude_columns');
  });
});
