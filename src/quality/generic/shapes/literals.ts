/** Values of a list in YAML as SQL. */
import type { Json } from '../../../project/types.js';
import { quoteText } from '../../../sql/quote.js';

/** `quote`: text is a value; else it is SQL, as in dbt. Numbers, true and false are themselves. */
export function literal(value: Json, quote: boolean): string {
  if (typeof value === 'number' || typeof value === 'boolean' || !quote) return String(value);
  return quoteText(typeof value === 'string' ? value : JSON.stringify(value));
}

/** `'a', 'b', 3`. NULL is no value that could be equal. */
export function literals(values: Json | undefined, quote: Json | undefined): string {
  const list = (values as readonly Json[]).filter((value) => value !== null);
  return list.map((value) => literal(value, quote !== false)).join(', ');
}
