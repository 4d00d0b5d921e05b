/** Places within JSON, as SQL names them. */
import { quoteText } from '../../../sql/quote.js';

/** JSON Pointer (RFC 6901) as a SQL string: any key can be written in it, even the empty one. */
export function pointer(keys: readonly string[]): string {
  return quoteText(keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
}
