import { columnListTest } from '../shapes/column-list-test.js';

export const test = columnListTest({
  name: 'expect_table_columns_to_not_contain_set',
  meaning: 'The table has none of these columns.',
  failures: (here, wanted, same) => `select here.name as "column"\nfrom ${wanted} join ${here} on ${same}`,
});
