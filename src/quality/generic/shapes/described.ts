/** Names and types of a table's columns as rows: `position` from 1, `name`, `type`, in the table's order. */

import type { Json } from '../../../project/types.js';
import { quoteText } from '../../../sql/quote.js';
import type { Argument } from '../arguments.js';

/** A subquery to stand after FROM. */
export function columnsOf(from: string): string {
  return `(select row_number() over () as position, column_name as name, column_type as type from (describe select * from ${from}))`;
}

export const transform: Argument = {
  kind: 'choice',
  choices: ['upper', 'lower', 'none'],
  meaning: 'Names are compared in upper or lower case, so that case makes no difference; none: as they are.',
};

/** The name as it is compared. */
export function compared(name: string, how: Json | undefined): string {
  return how === 'none' ? name : `lower(${name})`;
}

/** Names out of YAML as rows: `position`, `name`; a subquery to stand after FROM. */
export function listed(names: Json | undefined): string {
  const rows = (Array.isArray(names) ? (names as readonly Json[]) : [names ?? '']).map(
    (name, i) => `(${i + 1}, ${quoteText(String(name))})`,
  );
  return `(values ${rows.join(', ')})`;
}
