import { columnListTest } from '../shapes/column-list-test.js';

export const test = columnListTest({
  name: 'expect_table_columns_to_match_set',
  meaning: 'The table has these columns and no others, in any order.',
  failures: (here, wanted, same) =>
    `select here.name as "in_table", wanted.name as "in_list"\nfrom ${here} full join ${wanted} on ${same}\nwhere here.name is null or wanted.name is null`,
});
