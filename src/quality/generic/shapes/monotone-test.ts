/** Tests that values grow, or shrink, from row to row. */
import type { GenericTest } from '../generic-test.js';
import { groupBy, rowCondition } from './aggregate-test.js';
import { isGiven } from './bounds.js';
import { columnList, columnSql } from './columns.js';

export function monotoneTest(name: string, way: 'increasing' | 'decreasing'): GenericTest {
  const [verb, sign] = way === 'increasing' ? ['grow', '>'] : ['shrink', '<'];
  return {
    name,
    from: 'dbt_expectations',
    meaning: `In the order of sort_column the values ${verb} from row to row; the first row, and one after a NULL, is passed over.`,
    on: 'column',
    arguments: {
      sort_column: { kind: 'column', meaning: 'Column to sort by; the column itself by default.' },
      strictly: { kind: 'flag', meaning: 'false: equal values may follow each other.' },
      step: { kind: 'number', meaning: 'By how much each value differs from the one before.' },
      group_by: groupBy,
      row_condition: rowCondition,
    },
    sql({ subject, column }, { sort_column, strictly, step, group_by }) {
      const groups = columnList(group_by);
      const partition = groups.length > 0 ? `partition by ${groups.join(', ')} ` : '';
      const sort = isGiven(sort_column) ? columnSql(sort_column) : column;
      const holds = [`"value" ${sign}${strictly === false ? '=' : ''} "before"`];
      if (isGiven(step)) {
        const by = way === 'increasing' ? `"value" - "before"` : `"before" - "value"`;
        holds.push(`${by} = ${Number(step)}`);
      }
      return [
        `select * from (`,
        `  select ${[...groups, `${sort} as "sorted_by"`, `${column} as "value"`].join(', ')},`,
        `    lag(${column}) over (${partition}order by ${sort}) as "before"`,
        `  from ${subject}`,
        `) as followed`,
        `where "before" is not null and not (${holds.join(' and ')})`,
      ].join('\n');
    },
  };
}
