import { columnListTest } from '../shapes/column-list-test.js';

export const test = columnListTest({
  name: 'expect_table_columns_to_match_ordered_list',
  meaning: 'The table has these columns and no others, in this order.',
  failures: (here, wanted, same) =>
    `select coalesce(here.position, wanted.position) as "place", here.name as "in_table", wanted.name as "in_list"\nfrom ${here} full join ${wanted} on ${same} and here.position = wanted.position\nwhere here.name is null or wanted.name is null\norder by 1`,
});
