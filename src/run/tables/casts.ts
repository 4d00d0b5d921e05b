/** Columns whose type Delta lacks, or whose values: told when a table first has one, and kept with the table so that it is told once. */
import type { ColumnInfo } from '../../engine/types.js';
import type { TableHead } from '../../lakehouse/types.js';
import { NULL_PARTITION } from './staged-files.js';

/** Those of a table's next version. An increment's columns have their published types: what was told of them before holds. */
export function castsOf(
  columns: readonly ColumnInfo[],
  before: TableHead | undefined,
): Readonly<Record<string, string>> {
  const known = before?.state.casts ?? {};
  const entries = columns.flatMap(({ name, castFrom, lost }) => {
    const from = castFrom ?? (lost ? KEPT[lost] : Object.hasOwn(known, name) ? known[name] : undefined);
    return from === undefined ? [] : [[name, from] as const];
  });
  return Object.fromEntries(entries);
}

/** A sentence about all columns of either kind of which nobody was told. */
export function castNotes(columns: readonly ColumnInfo[], before: TableHead | undefined): readonly string[] {
  const known = before?.state.casts ?? {};
  const isTold = (name: string, from: string): boolean => Object.hasOwn(known, name) && known[name] === from;
  const cast = columns.flatMap(({ name, type, castFrom }) =>
    castFrom === undefined || isTold(name, castFrom) ? [] : [`${name} is ${castFrom} and stored as ${type}`],
  );
  const losing = (kind: keyof typeof KEPT) =>
    columns.flatMap(({ name, lost }) => (lost === kind && !isTold(name, KEPT[kind]) ? [name] : []));
  const [endless, partitions] = [losing('endless'), losing('partition')];
  return [
    ...(cast.length > 0
      ? [`types that Delta tables lack: ${briefly(cast)}; to choose another, cast it in the SQL`]
      : []),
    ...(endless.length > 0
      ? [
          `infinite dates and timestamps, which Delta tables lack, are stored as NULL: ${briefly(endless)}; to keep them, give them another value in the SQL`,
        ]
      : []),
    ...(partitions.length > 0
      ? [
          `empty texts and '${NULL_PARTITION}', which no partition of a Delta table can be, are stored as NULL: ${briefly(partitions)}; to keep them, give them another value in the SQL`,
        ]
      : []),
  ];
}

function briefly(names: readonly string[]): string {
  return `${names.slice(0, MOST).join(', ')}${names.length > MOST ? ` and ${names.length - MOST} more` : ''}`;
}

const MOST = 5;

/** Stands in the place of a type for values that become NULL. */
const KEPT = { endless: 'infinity', partition: "''" } as const;
