import { quoteIdent } from '../../sql/quote.js';
import type { GenericTest } from './generic-test.js';

/** One row per value that the other relation does not have; NULL refers to nothing. */
export const relationships: GenericTest = {
  name: 'relationships',
  on: 'column',
  refersTo: ({ to }) => String(to),
  sql({ subject, column, other }, { field }) {
    const key = quoteIdent(String(field));
    return [
      `select subject.${column}, count(*) as "_rows"`,
      `from ${subject}`,
      `where subject.${column} is not null`,
      `  and not exists (select 1 from ${other} as other where other.${key} = subject.${column})`,
      `group by subject.${column}`,
      `order by "_rows" desc, subject.${column}`,
    ].join('\n');
  },
};
