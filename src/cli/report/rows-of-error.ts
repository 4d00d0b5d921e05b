import type { ErrorInfo } from '../../errors/lake-error.js';

/** A name of a table, which errors of the lake keep under the same key. */
const TABLE = /^(bronze|silver|gold)\.\S+$/;

/** The small table that an error is about, in lines; none where it has none. */
export function rowsOfError({ details }: Pick<ErrorInfo, 'details'>): readonly string[] {
  const table = details?.['table'];
  return typeof table === 'string' && !TABLE.test(table) ? table.split('\n') : [];
}
