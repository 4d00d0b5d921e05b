/** `ignore_row_if`: rows that lack values and are not judged. */
import type { Json } from '../../../project/types.js';
import type { Argument } from '../arguments.js';

export const ignoreRowIf: Argument = {
  kind: 'choice',
  choices: ['all_values_are_missing', 'any_value_is_missing'],
  meaning: 'Rows that are passed over; all_values_are_missing by default.',
};

/** SQL condition, true for a row that is passed over. */
export function ignoredRows(columns: readonly string[], when: Json | undefined): string {
  const missing = columns.map((column) => `${column} is null`);
  return missing.join(when === 'any_value_is_missing' ? ' or ' : ' and ');
}
