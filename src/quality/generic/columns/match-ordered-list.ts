import type { GenericTest } from '../generic-test.js';
import { columnsOf, compared, listed, transform } from '../shapes/described.js';

export const test: GenericTest = {
  name: 'expect_table_columns_to_match_ordered_list',
  from: 'dbt_expectations',
  meaning: 'The table has these columns and no others, in this order.',
  on: 'table',
  arguments: {
    column_list: { kind: 'texts', required: true, meaning: 'Names of columns.' },
    transform,
  },
  sql({ subject }, { column_list, transform: how }) {
    const same = `${compared('here.name', how)} = ${compared('wanted.name', how)}`;
    const [here, wanted] = [
      `${columnsOf(subject)} as here`,
      `${listed(column_list)} as wanted(position, name)`,
    ];
    return `select coalesce(here.position, wanted.position) as "place", here.name as "in_table", wanted.name as "in_list"\nfrom ${here} full join ${wanted} on ${same} and here.position = wanted.position\nwhere here.name is null or wanted.name is null\norder by 1`;
  },
};
