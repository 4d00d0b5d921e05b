/** A table at one version as a relation that the engine can bind: exact files, and what to take from each. */

import type { Relation, Scan } from '../../engine/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import type { DataFile, TableHead, TableState } from '../types.js';

/** What a reader must know of a file. */
export type ScannedFile = Pick<DataFile, 'path' | 'partition' | 'absent' | 'foreign'>;

/** The part of a head that a relation is made from: files that are only staged can be read in the same way. */
export interface ScannedTable extends Pick<TableHead, 'table'> {
  readonly state: { readonly columns: TableState['columns']; readonly files: readonly ScannedFile[] };
}

/**
 * Every row of the version, with the table's columns in their order: partition columns come from the table's state,
 * not from names of folders, and have the column's type; columns that came after a file was written are NULL.
 * For bronze these are the rows of all loads.
 * @param pathOf Absolute path of a file that the state names: `(file) => lake.filePath(table, file)`.
 */
export function tableRelation({ table, state }: ScannedTable, pathOf: (file: string) => string): Relation {
  const [schema, name] = table.split('.') as [string, string];
  const scans = sameLayout(state.files).map((files) => ({
    files: files.map((file) => pathOf(file.path)),
    select: selectList(state.columns, files[0]!),
  }));
  return { schema, name, scans, columns: state.columns };
}

/** SQL that reads a scan in plain DuckDB; names of folders are not looked at. */
export function scanSql(scan: Scan): string {
  const files = scan.files.map((file) => `  ${quoteText(file)}`).join(',\n');
  return `select ${scan.select}\nfrom read_parquet([\n${files}\n], hive_partitioning = false)`;
}

/** The files in groups that one SELECT can read: the same partition, the same columns. */
function sameLayout(files: readonly ScannedFile[]): readonly (readonly ScannedFile[])[] {
  const groups = new Map<string, ScannedFile[]>();
  for (const file of files) {
    const layout = JSON.stringify([file.partition, file.absent, file.foreign]);
    const group = groups.get(layout);
    if (group === undefined) groups.set(layout, [file]);
    else group.push(file);
  }
  return [...groups.values()];
}

function selectList(columns: TableState['columns'], { partition, absent, foreign }: ScannedFile): string {
  const expressions = columns.map(({ name, type }) => {
    const column = quoteIdent(name);
    if (partition !== undefined && Object.hasOwn(partition, name)) {
      const value = partition[name] ?? null;
      return `cast(${value === null ? 'null' : quoteText(value)} as ${type}) as ${column}`;
    }
    if (absent?.includes(name)) return `cast(null as ${type}) as ${column}`;
    return foreign ? `${inTypeOf(type, column)} as ${column}` : column;
  });
  return expressions.join(', ');
}

/** Spark writes instants as INT96, which DuckDB reads as timestamps without zone: they are those of UTC, whatever the session's. */
function inTypeOf(type: string, column: string): string {
  return type === 'TIMESTAMP WITH TIME ZONE'
    ? `make_timestamptz(epoch_us(${column}))`
    : `cast(${column} as ${type})`;
}
