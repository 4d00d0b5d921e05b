import { betweenTest } from '../shapes/aggregate-test.js';

export const test = betweenTest({
  name: 'expect_column_quantile_values_to_be_between',
  meaning: 'The quantile lies between min_value and max_value.',
  on: 'column',
  arguments: {
    quantile: {
      kind: 'number',
      required: true,
      meaning: 'From 0 to 1: 0.9 is what nine in ten do not exceed.',
    },
  },
  value: ({ column }, { quantile }) => `quantile_cont(${column}, ${Number(quantile)})`,
});
