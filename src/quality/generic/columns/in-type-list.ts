import { typeTest } from '../shapes/type-test.js';

export const test = typeTest(
  {
    name: 'expect_column_values_to_be_in_type_list',
    meaning: 'The column is of one of these types.',
    arguments: { column_type_list: { kind: 'texts', required: true, meaning: 'The types.' } },
  },
  ({ column_type_list }) => column_type_list as readonly string[],
);
