import { quoteText } from '../../../sql/quote.js';
import type { GenericTest } from '../generic-test.js';
import { isGiven } from '../shapes/bounds.js';
import { columnsOf, compared, transform } from '../shapes/described.js';

export const test: GenericTest = {
  name: 'expect_column_to_exist',
  from: 'dbt_expectations',
  meaning: 'The table has the column, at this place where one is given.',
  on: 'column',
  arguments: {
    column_index: { kind: 'whole number', meaning: 'Place of the column, from 1.' },
    transform,
  },
  sql({ subject, columnName }, { column_index, transform: how }) {
    const same = `${compared('name', how)} = ${compared(quoteText(columnName!), how)}`;
    const place = isGiven(column_index) ? ` and position = ${Math.max(1, Number(column_index))}` : '';
    return [
      `select ${quoteText(columnName!)} as "column", (select min(position) from ${columnsOf(subject)} where ${same}) as "place"`,
      `where not exists (select 1 from ${columnsOf(subject)} where ${same}${place})`,
    ].join('\n');
  },
};
