import type { GenericTest } from '../generic-test.js';
import { columnSql } from '../shapes/columns.js';

/** One row per value and table, where the tables have it in different numbers. */
export const test: GenericTest = {
  name: 'cardinality_equality',
  from: 'dbt_utils',
  meaning: 'Every value occurs in as many rows as in a column of another table, and no other value there.',
  on: 'column',
  arguments: {
    to: { kind: 'relation', required: true, meaning: "The other dataset or model: a name, or ref('name')." },
    field: { kind: 'column', of: 'to', required: true, meaning: 'Its column.' },
  },
  sql: ({ subject, column, other }, { field }) =>
    [
      `with here as (select ${column} as "value", count(*) as "_rows" from ${subject} group by 1),`,
      `there as (select ${columnSql(field!)} as "value", count(*) as "_rows" from ${other('to')} group by 1)`,
      `(from here except from there)`,
      `union all`,
      `(from there except from here)`,
    ].join('\n'),
};
