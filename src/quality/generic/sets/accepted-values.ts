import { isOneOf } from '../shapes/literals.js';
import { valuesTest } from '../shapes/values-test.js';

/** One row per value that is not in the list; NULL is left to `not_null`. */
export const test = valuesTest({
  name: 'accepted_values',
  from: 'dbt',
  meaning: 'Every value is one of a list; NULL always may be.',
  on: 'column',
  arguments: {
    values: { kind: 'values', required: true, meaning: 'The values that may occur.' },
    quote: { kind: 'flag', meaning: 'false: compare with the values as SQL rather than as text.' },
  },
  fails: ({ column }, { values, quote }) => `not (${isOneOf(column!, values, quote)})`,
});
