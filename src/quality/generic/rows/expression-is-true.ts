import { not, rowTest } from '../shapes/row-test.js';

/** An expression that is NULL (a date is missing) says nothing. */
export const test = rowTest({
  name: 'expression_is_true',
  from: 'dbt_utils',
  meaning: 'A SQL condition is true in every row; where it is NULL it says nothing.',
  differs:
    'Under a column the expression may be the rest of a condition, `>= 0`, as in dbt; where it is a condition of its own, it is taken as it is.',
  on: 'either',
  arguments: {
    expression: {
      kind: 'sql',
      required: true,
      meaning: 'The condition. Under a column it may go on from the column: `> 0`.',
    },
  },
  fails({ column }, { expression }) {
    const written = String(expression).trim();
    return not(column !== undefined && GOES_ON.test(written) ? `${column} ${written}` : written);
  },
});

/** What can only follow a value. */
const GOES_ON =
  /^(?:[=<>!+*/%|&^~]|-(?!\d|-)|::|\|\||(?:is|in|like|ilike|between|similar|glob|and|or)\b|not\s+(?:in|like|ilike|between|similar)\b)/i;
