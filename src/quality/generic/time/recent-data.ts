import type { GenericTest } from '../generic-test.js';
import { rowCondition } from '../shapes/aggregate-test.js';
import { datepart, intervalSql } from '../shapes/interval.js';

export const test: GenericTest = {
  name: 'expect_row_values_to_have_recent_data',
  from: 'dbt_expectations',
  meaning: 'The newest date or time that is not in the future is at most one interval old.',
  on: 'column',
  arguments: {
    datepart: { ...datepart, required: true },
    interval: { kind: 'number', required: true, meaning: 'How many of them.' },
    row_condition: rowCondition,
  },
  sql: ({ subject, column }, { datepart: part, interval }) =>
    [
      `select max(${column}::timestamp) as "max_timestamp"`,
      `from ${subject}`,
      `where ${column}::timestamp <= now()::timestamp`,
      `having coalesce(max(${column}::timestamp), timestamp '1970-01-01') < now()::timestamp - ${intervalSql(interval!, part!)}`,
    ].join('\n'),
};
