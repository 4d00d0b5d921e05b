import type { GenericTest } from '../generic-test.js';
import { columnsOf, compared, listed, transform } from '../shapes/described.js';

export const test: GenericTest = {
  name: 'expect_table_columns_to_match_set',
  from: 'dbt_expectations',
  meaning: 'The table has these columns and no others, in any order.',
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
    return `select here.name as "in_table", wanted.name as "in_list"\nfrom ${here} full join ${wanted} on ${same}\nwhere here.name is null or wanted.name is null`;
  },
};
