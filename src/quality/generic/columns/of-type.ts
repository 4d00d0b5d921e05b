import { typeTest } from '../shapes/type-test.js';

export const test = typeTest(
  {
    name: 'expect_column_values_to_be_of_type',
    meaning: 'The column is of this type.',
    arguments: {
      column_type: { kind: 'text', required: true, meaning: 'The type: `varchar`, `decimal(10,2)`.' },
    },
  },
  ({ column_type }) => [String(column_type)],
);
