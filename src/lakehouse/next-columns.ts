/** The columns that a table has after a commit. */
import { LakeError } from '../errors/lake-error.js';
import type { CommitRequest, TableState } from './types.js';

/**
 * `overwrite` brings its own columns; `append` adds the new ones behind the old, whose types must stay as they are,
 * for the old files still hold them; `state` changes none.
 * @throws LakeError LK6034
 */
export function nextColumns(request: CommitRequest, previous: TableState | undefined): TableState['columns'] {
  if (previous === undefined || request.mode === 'overwrite') return request.columns;
  if (request.mode === 'state') return previous.columns;
  const known = new Map(previous.columns.map((column) => [column.name, column.type]));
  for (const { name, type } of request.columns) {
    const before = known.get(name);
    if (before === undefined || before === type) continue;
    throw new LakeError(
      'LK6034',
      `${request.table}: column "${name}" was ${before} and would become ${type}`,
      {
        hint: 'Rows can only be added with the types of the old ones: cast the column, or build the table anew (--full-refresh).',
        details: { table: request.table, column: name, before, after: type },
      },
    );
  }
  return [...previous.columns, ...request.columns.filter((column) => !known.has(column.name))];
}
