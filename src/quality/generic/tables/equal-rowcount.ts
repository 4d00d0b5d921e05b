import { countsTest } from '../shapes/counts-test.js';

export const test = countsTest({
  name: 'equal_rowcount',
  meaning: 'The table has as many rows as another one. The failures are the rows by which they differ.',
  failures: 'abs(count_a - count_b)',
});
