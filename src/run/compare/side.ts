/** One state of a dataset's bronze, to be compared with another: its current rows, as the portal delivered them. */
import type { BronzeNode } from '../../compile/types.js';
import type { Relation } from '../../engine/types.js';
import type { DataFile, TableState } from '../../lakehouse/types.js';
import type { ComparedColumn } from '../../quality/compare/renames.js';
import { quoteIdent } from '../../sql/quote.js';
import { bindBronze } from '../tables/bronze/bind-bronze.js';
import { currentFiles } from '../tables/bronze/current-files.js';

export interface Side {
  readonly state: TableState;
  /** Absolute path of a data file. */
  readonly pathOf: (file: string) => string;
}

/** The portal's columns in the newest load of each part, in the order in which they stand there. */
export function newestColumns({ state }: Side): readonly string[] {
  const newest = new Set(Object.values(state.parts ?? {}).flatMap((part) => part.loads.at(-1) ?? []));
  return columnsOf(currentFiles(state).flatMap(({ file }) => (newest.has(file.loadId!) ? [file] : [])));
}

/** The portal's columns over all current rows. */
export function currentColumns({ state }: Side): readonly string[] {
  return columnsOf(currentFiles(state).map(({ file }) => file));
}

function columnsOf(files: readonly DataFile[]): readonly string[] {
  return [...new Set(files.flatMap((file) => file.columns ?? []))];
}

/** Names under which `sideRelation` shows columns of the portal: the declared ones keep theirs. */
export function shown(columns: readonly string[]): readonly ComparedColumn[] {
  return columns.map((name, i) => ({ name, as: `$lake_${i}` }));
}

/**
 * The current rows as `"<schema>"."rows"`: what `"bronze"."x"` shows to SQL, and beside it these columns of the portal.
 */
export function sideRelation(
  node: BronzeNode,
  { state, pathOf }: Side,
  schema: string,
  columns: readonly ComparedColumn[],
): Relation {
  const more = (present: readonly string[]) =>
    columns.map(
      ({ name, as }) => `${present.includes(name) ? quoteIdent(name) : 'null::varchar'} as ${quoteIdent(as)}`,
    );
  const relation = bindBronze(node, state, pathOf, more);
  const types = columns.map(({ as }) => ({ name: as, type: 'VARCHAR' }));
  return { ...relation, schema, name: 'rows', columns: [...relation.columns, ...types] };
}
