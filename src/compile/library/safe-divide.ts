import { defineMacro } from './macro.js';
import { sql } from './parameters.js';

export const safeDivide = defineMacro({
  name: 'safe_divide',
  summary: 'A quotient that is NULL where the denominator is 0 or NULL.',
  example: "select {{safe_divide 'closed' 'opened + 0'}} as share from {{ref 'requests'}}",
  parameters: { numerator: sql, denominator: sql },
  write: ({ numerator, denominator }) => `(${numerator}) / nullif((${denominator}), 0)`,
});
