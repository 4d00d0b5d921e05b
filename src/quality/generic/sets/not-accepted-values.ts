import { isOneOf } from '../shapes/literals.js';
import { valuesTest } from '../shapes/values-test.js';

export const test = valuesTest({
  name: 'not_accepted_values',
  from: 'dbt_utils',
  meaning: 'No value is one of a list.',
  on: 'column',
  arguments: {
    values: { kind: 'values', required: true, meaning: 'The values that may not occur.' },
    quote: { kind: 'flag', meaning: 'false: compare with the values as SQL rather than as text.' },
  },
  fails: ({ column }, { values, quote }) => isOneOf(column!, values, quote),
});
