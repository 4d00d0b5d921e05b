import type { GenericTest } from '../generic-test.js';
import { groupBy } from '../shapes/aggregate-test.js';
import { columnList, columnSql } from '../shapes/columns.js';
import { datepart, intervalSql } from '../shapes/interval.js';

export const test: GenericTest = {
  name: 'recency',
  from: 'dbt_utils',
  meaning: 'The newest date or time is at most one interval old; no row is a failure, too.',
  on: 'table',
  arguments: {
    field: { kind: 'column', required: true, meaning: 'The date or time.' },
    datepart: { ...datepart, required: true },
    interval: { kind: 'number', required: true, meaning: 'How many of them.' },
    ignore_time_component: { kind: 'flag', meaning: 'true: days are compared.' },
    group_by_columns: groupBy,
  },
  sql({ subject }, { field, datepart: part, interval, ignore_time_component, group_by_columns }) {
    const groups = columnList(group_by_columns);
    const type = ignore_time_component === true ? 'date' : 'timestamp';
    const newest = `max(${columnSql(field!)})${ignore_time_component === true ? '::date' : ''}`;
    return [
      `select * from (`,
      `  select ${[...groups, `${newest} as "most_recent"`].join(', ')}, (now()::timestamp - ${intervalSql(interval!, part!)})::${type} as "threshold"`,
      `  from ${subject}`,
      ...(groups.length > 0 ? [`  group by ${groups.map((_, i) => i + 1).join(', ')}`] : []),
      `) as newest`,
      `where "most_recent" < "threshold" or "most_recent" is null`,
    ].join('\n');
  },
};
