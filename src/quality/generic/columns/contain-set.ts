import { columnListTest } from '../shapes/column-list-test.js';

export const test = columnListTest({
  name: 'expect_table_columns_to_contain_set',
  meaning: 'The table has all these columns.',
  failures: (here, wanted, same) =>
    `select wanted.name as "missing"\nfrom ${wanted} left join ${here} on ${same}\nwhere here.name is null`,
});
