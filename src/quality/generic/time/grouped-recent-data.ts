import type { GenericTest } from '../generic-test.js';
import { groupBy, rowCondition } from '../shapes/aggregate-test.js';
import { columnList, columnSql } from '../shapes/columns.js';
import { datepart, intervalSql } from '../shapes/interval.js';

export const test: GenericTest = {
  name: 'expect_grouped_row_values_to_have_recent_data',
  from: 'dbt_expectations',
  meaning: 'In each group the newest date or time that is not in the future is at most one interval old.',
  on: 'table',
  arguments: {
    group_by: groupBy,
    timestamp_column: { kind: 'column', required: true, meaning: 'The date or time.' },
    datepart: { ...datepart, required: true },
    interval: { kind: 'number', required: true, meaning: 'How many of them.' },
    row_condition: rowCondition,
  },
  sql({ subject }, { group_by, timestamp_column, datepart: part, interval }) {
    const groups = columnList(group_by);
    const time = `${columnSql(timestamp_column!)}::timestamp`;
    return [
      `select ${[...groups, `max(${time}) as "latest_timestamp"`].join(', ')}`,
      `from ${subject}`,
      `where ${time} <= now()::timestamp`,
      ...(groups.length > 0 ? [`group by ${groups.map((_, i) => i + 1).join(', ')}`] : []),
      `having max(${time}) < now()::timestamp - ${intervalSql(interval!, part!)}`,
    ].join('\n');
  },
};
