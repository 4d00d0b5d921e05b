import type { GenericTest } from '../generic-test.js';
import { groupBy } from '../shapes/aggregate-test.js';
import { isGiven } from '../shapes/bounds.js';
import { columnList } from '../shapes/columns.js';
import { datepart, intervalSql } from '../shapes/interval.js';

export const test: GenericTest = {
  name: 'sequential_values',
  from: 'dbt_utils',
  meaning: 'In order, each value is the one before and one interval.',
  on: 'column',
  arguments: {
    interval: { kind: 'number', meaning: 'The step; 1 by default.' },
    datepart: { ...datepart, meaning: 'Unit of the step, for dates and times.' },
    group_by_columns: groupBy,
  },
  sql({ subject, column }, { interval = 1, datepart: part, group_by_columns }) {
    const groups = columnList(group_by_columns);
    const partition = groups.length > 0 ? `partition by ${groups.join(', ')} ` : '';
    const holds = isGiven(part)
      ? `"value"::timestamp = "before"::timestamp + ${intervalSql(interval, part)}`
      : `"value" = "before" + ${Number(interval)}`;
    return [
      `select * from (`,
      `  select ${[...groups, `${column} as "value"`].join(', ')}, lag(${column}) over (${partition}order by ${column}) as "before"`,
      `  from ${subject}`,
      `) as followed`,
      `where not (${holds})`,
    ].join('\n');
  },
};
