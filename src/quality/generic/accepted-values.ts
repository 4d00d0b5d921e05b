import type { Json } from '../../project/types.js';
import { quoteText } from '../../sql/quote.js';
import type { GenericTest } from './generic-test.js';

/** One row per value that is not in the list; NULL is left to `not_null`. */
export const acceptedValues: GenericTest = {
  name: 'accepted_values',
  on: 'column',
  sql({ subject, column }, { values, quote }) {
    const accepted = (values as readonly Json[]).map((value) => literal(value, quote !== false)).join(', ');
    return `select ${column}, count(*) as "_rows"\nfrom ${subject}\nwhere ${column} not in (${accepted})\ngroup by ${column}\norder by "_rows" desc, ${column}`;
  },
};

function literal(value: Json, quote: boolean): string {
  if (typeof value === 'number' || typeof value === 'boolean' || !quote) return String(value);
  return quoteText(typeof value === 'string' ? value : JSON.stringify(value));
}
