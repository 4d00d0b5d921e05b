import type { GenericTest } from '../generic-test.js';
import { groupBy } from '../shapes/aggregate-test.js';
import { columnList } from '../shapes/columns.js';

export const test: GenericTest = {
  name: 'expect_column_values_to_be_within_n_stdevs',
  from: 'dbt_expectations',
  meaning:
    'The sum of each group (of all rows without group_by) lies within so many standard deviations of the mean of these sums.',
  on: 'column',
  arguments: {
    group_by: groupBy,
    sigma_threshold: { kind: 'number', meaning: 'How many standard deviations; 3 by default.' },
  },
  sql({ subject, column }, { group_by, sigma_threshold = 3 }) {
    const groups = columnList(group_by);
    return [
      `select * from (`,
      `  select *, ("value" - avg("value") over ()) / nullif(stddev_samp("value") over (), 0) as "sigma"`,
      `  from (`,
      `    select ${[...groups, `sum(${column}) as "value"`].join(', ')}`,
      `    from ${subject}`,
      ...(groups.length > 0 ? [`    group by ${groups.map((_, i) => i + 1).join(', ')}`] : []),
      `  ) as summed`,
      `) as measured`,
      `where abs("sigma") > ${Number(sigma_threshold)}`,
    ].join('\n');
  },
};
