/** Tests that compare how many rows two tables have, in all or in each group. */
import type { GenericTest } from '../generic-test.js';
import { groupBy } from './aggregate-test.js';
import { columnList } from './columns.js';
import { compareModel } from './compare.js';

interface CountsTest {
  readonly name: string;
  readonly meaning: string;
  /** SQL over `count_a`, this table's rows, and `count_b`: how many failures they are. */
  readonly failures: string;
}

export function countsTest({ name, meaning, failures }: CountsTest): GenericTest {
  return {
    name,
    from: 'dbt_utils',
    meaning,
    differs: 'A group that one of the tables lacks has 0 rows there; dbt_utils passes over it.',
    on: 'table',
    arguments: { compare_model: compareModel, group_by_columns: groupBy },
    failCalc: 'coalesce(sum("failures"), 0)',
    sql({ subject, other }, { group_by_columns }) {
      const groups = columnList(group_by_columns);
      const names = groups.map((_, i) => `"group_${i + 1}"`);
      const side = (count: string, from: string) =>
        `(select ${[...groups.map((group, i) => `${group} as ${names[i]}`), `count(*) as ${count}`].join(', ')} from ${from}${names.length > 0 ? ` group by ${names.map((_, i) => i + 1).join(', ')}` : ''})`;
      const join = names.length > 0 ? names.map((one) => `a.${one} is not distinct from b.${one}`) : ['true'];
      const shown = names.map((one) => `coalesce(a.${one}, b.${one}) as ${one}`);
      return [
        `select *, ${failures} as "failures" from (`,
        `  select ${[...shown, 'coalesce(count_a, 0) as count_a', 'coalesce(count_b, 0) as count_b'].join(', ')}`,
        `  from ${side('count_a', subject)} as a`,
        `  full join ${side('count_b', other('compare_model'))} as b on ${join.join(' and ')}`,
        `) as counts`,
        `where ${failures} <> 0`,
      ].join('\n');
    },
  };
}
