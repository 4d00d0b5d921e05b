import { countsTest } from '../shapes/counts-test.js';

export const test = countsTest({
  name: 'fewer_rows_than',
  meaning:
    'The table has fewer rows than another one. The failures are the rows that it has too many, at least one.',
  failures: 'case when count_a >= count_b then greatest(count_a - count_b, 1) else 0 end',
});
