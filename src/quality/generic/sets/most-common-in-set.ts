import type { GenericTest } from '../generic-test.js';
import { isOneOf } from '../shapes/literals.js';
import { setArguments } from '../shapes/value-set.js';

export const test: GenericTest = {
  name: 'expect_column_most_common_value_to_be_in_set',
  from: 'dbt_expectations',
  meaning: 'The value at one rank of frequency, the most common one for top_n 1, is one of the set.',
  differs: 'Of values that occur equally often the smaller one comes first; dbt_expectations leaves it open.',
  on: 'column',
  arguments: {
    ...setArguments,
    top_n: { kind: 'whole number', required: true, meaning: 'The rank, from 1.' },
    data_type: { kind: 'text', meaning: 'Has no effect: values are compared in the type of the column.' },
  },
  sql: ({ subject, column }, { value_set, quote_values, top_n }) =>
    [
      `select "value", "_rows" from (`,
      `  select ${column} as "value", count(*) as "_rows", row_number() over (order by count(*) desc, ${column}) as rank`,
      `  from ${subject}`,
      `  group by ${column}`,
      `) as ranked`,
      `where rank = ${Number(top_n)} and not (${isOneOf('"value"', value_set, quote_values)})`,
    ].join('\n'),
};
