/** Columns whose type Delta lacks: told when a table first has one, and kept with the table so that it is told once. */
import type { ColumnInfo } from '../../engine/types.js';
import type { TableHead } from '../../lakehouse/types.js';

/** Those of a table's next version. An increment's columns have their published types: what was told of them before holds. */
export function castsOf(
  columns: readonly ColumnInfo[],
  before: TableHead | undefined,
): Readonly<Record<string, string>> {
  const known = before?.state.casts ?? {};
  const entries = columns.flatMap(({ name, castFrom }) => {
    const from = castFrom ?? (Object.hasOwn(known, name) ? known[name] : undefined);
    return from === undefined ? [] : [[name, from] as const];
  });
  return Object.fromEntries(entries);
}

/** One sentence about all columns of which nobody was told. */
export function castNotes(columns: readonly ColumnInfo[], before: TableHead | undefined): readonly string[] {
  const known = before?.state.casts ?? {};
  const told = columns.flatMap(({ name, type, castFrom }) =>
    castFrom === undefined || (Object.hasOwn(known, name) && known[name] === castFrom)
      ? []
      : [`${name} is ${castFrom} and stored as ${type}`],
  );
  if (told.length === 0) return [];
  const more = told.length > MOST ? ` and ${told.length - MOST} more` : '';
  return [
    `types that Delta tables lack: ${told.slice(0, MOST).join(', ')}${more}; to choose another, cast it in the SQL`,
  ];
}

const MOST = 5;
