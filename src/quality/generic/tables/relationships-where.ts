import type { Json } from '../../../project/types.js';
import type { GenericTest } from '../generic-test.js';
import { columnSql } from '../shapes/columns.js';

export const test: GenericTest = {
  name: 'relationships_where',
  from: 'dbt_utils',
  meaning: 'Every value of some rows occurs in some rows of another table; NULL is passed over.',
  on: 'column',
  arguments: {
    to: {
      kind: 'relation',
      required: true,
      meaning: "Dataset or model that holds the values: a name, or ref('name').",
    },
    field: { kind: 'column', of: 'to', required: true, meaning: 'Its column that holds the values.' },
    from_condition: { kind: 'sql', meaning: 'SQL condition that chooses the rows to test.' },
    to_condition: { kind: 'sql', meaning: 'SQL condition that chooses the rows to look in.' },
  },
  sql: ({ subject, column, other }, { field, from_condition, to_condition }) =>
    [
      `select * from (select ${column} as "id" from ${subject} where ${column} is not null${and(from_condition)}) as here`,
      `where not exists (`,
      `  select 1 from (select ${columnSql(field!)} as "id" from ${other('to')} where true${and(to_condition)}) as there`,
      `  where there."id" = here."id"`,
      `)`,
    ].join('\n'),
};

function and(condition: Json | undefined): string {
  return typeof condition === 'string' ? ` and (${condition.trim()}\n)` : '';
}
