import type { GenericTest } from './generic-test.js';

/** One row with the count when it is out of bounds; both bounds belong to the range. */
export const rowCount: GenericTest = {
  name: 'row_count',
  on: 'table',
  check: ({ min, max }) =>
    typeof min === 'number' && typeof max === 'number' && min > max
      ? `has a min of ${min} above its max of ${max}`
      : undefined,
  sql({ subject }, { min, max }) {
    const breaches = [];
    if (min !== undefined) breaches.push(`count(*) < ${min}`);
    if (max !== undefined) breaches.push(`count(*) > ${max}`);
    return `select count(*) as "_rows"\nfrom ${subject}\nhaving ${breaches.join(' or ')}`;
  },
};
