import type { GenericTest } from '../generic-test.js';
import { columnSql } from '../shapes/columns.js';

/** One row per value that the other relation does not have; NULL refers to nothing. */
export const test: GenericTest = {
  name: 'relationships',
  from: 'dbt',
  meaning: 'Every value occurs in a column of another table; NULL is passed over.',
  differs: 'dbt counts every row, lake every value that is missing there, with the number of its rows.',
  on: 'column',
  arguments: {
    to: {
      kind: 'relation',
      required: true,
      meaning: "Dataset or model that holds the values: a name, or ref('name').",
    },
    field: { kind: 'column', of: 'to', required: true, meaning: 'Its column that holds the values.' },
  },
  sql({ subject, column, other }, { field }) {
    const key = columnSql(field!);
    // An expression is made a column first, so that its names are those of the other table.
    const [keys, name] = key.startsWith('"')
      ? [other('to'), key]
      : [`(select ${key} as "_key" from ${other('to')})`, '"_key"'];
    return [
      `select subject.${column}, count(*) as "_rows"`,
      `from ${subject}`,
      `where subject.${column} is not null`,
      `  and not exists (select 1 from ${keys} as other where other.${name} = subject.${column})`,
      `group by subject.${column}`,
      `order by "_rows" desc, subject.${column}`,
    ].join('\n');
  },
};
