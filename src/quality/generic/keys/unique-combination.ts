import type { GenericTest } from '../generic-test.js';
import { columnList } from '../shapes/columns.js';

export const test: GenericTest = {
  name: 'unique_combination_of_columns',
  from: 'dbt_utils',
  meaning: 'No combination of the values of these columns occurs twice; NULL is a value.',
  on: 'table',
  arguments: {
    combination_of_columns: { kind: 'columns', required: true, meaning: 'The columns.' },
    quote_columns: { kind: 'flag', meaning: 'true: the names are put into quotes as they are.' },
  },
  sql({ subject }, { combination_of_columns, quote_columns }) {
    const columns = columnList(combination_of_columns, quote_columns).join(', ');
    return `select ${columns}, count(*) as "_rows"\nfrom ${subject}\ngroup by ${columns}\nhaving count(*) > 1\norder by "_rows" desc`;
  },
  scan: (_, { combination_of_columns, quote_columns }) =>
    `count(*) - count(distinct row(${columnList(combination_of_columns, quote_columns).join(', ')}))`,
};
