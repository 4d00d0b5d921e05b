import { defineMacro } from './macro.js';
import { count } from './parameters.js';

export const generateSeries = defineMacro({
  name: 'generate_series',
  summary: 'The whole numbers from 1 to the upper bound, one a row, in the column `generated_number`.',
  example: '{{generate_series 10}}',
  parameters: { upper_bound: count(1) },
  write: ({ upper_bound }) =>
    `select generated_number from generate_series(1, ${upper_bound}) as t(generated_number)`,
});
