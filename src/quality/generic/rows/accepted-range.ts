import { between, boundArguments, needsBound } from '../shapes/bounds.js';
import { not, rowTest } from '../shapes/row-test.js';

const { min_value, max_value } = boundArguments;

export const test = rowTest({
  name: 'accepted_range',
  from: 'dbt_utils',
  meaning: 'Every value lies between min_value and max_value; NULL is passed over.',
  on: 'column',
  arguments: {
    min_value,
    max_value,
    inclusive: { kind: 'flag', meaning: 'false: the bounds themselves are not allowed.' },
  },
  check: needsBound,
  fails: ({ column }, { inclusive, ...bounds }) =>
    not(between(column!, { ...bounds, strictly: inclusive === false })),
});
